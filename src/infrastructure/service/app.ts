import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import { makeServer } from '../../adapters/http/server.ts'
import { makeFileMailer } from '../../adapters/mail/file-mailer.ts'
import { makeSmtpMailer } from '../../adapters/mail/smtp-mailer.ts'
import { checkSignature } from '../../adapters/signing/ed25519.ts'
import type { Zoho } from '../../adapters/zoho/zoho.ts'
import { makeAuthenticate } from '../../application/access/authenticate.ts'
import { makeFailedSignIns } from '../../application/access/failed-sign-ins.ts'
import { makeRecordAuditorVisit } from '../../application/access/record-auditor-visit.ts'
import type { Clock } from '../../application/base/clock.port.ts'
import type { Random } from '../../application/base/random.port.ts'
import type { CheckpointFile } from '../../application/checkpoints/checkpoint-file.port.ts'
import { makeKeepCheckpoints } from '../../application/checkpoints/keep-checkpoints.ts'
import { makeSignCheckpoint } from '../../application/checkpoints/sign-checkpoint.ts'
import { makeTreeProofs } from '../../application/checkpoints/tree-proofs.ts'
import { makeCheckedAdmission } from '../../application/crm/checked-admission.ts'
import { makeGetContact } from '../../application/crm/get-contact.ts'
import { makeWatchAccount } from '../../application/crm/watch-account.ts'
import { makeDeliverMail } from '../../application/mail/deliver-mail.ts'
import { mailBacklog } from '../../application/mail/mail-backlog.ts'
import type { Mailer } from '../../application/mail/mailer.port.ts'
import { makeCreateSale } from '../../application/sale/create-sale.ts'
import { makeRecoverSales } from '../../application/sale/recover-sales.ts'
import { makeReportUnreadable } from '../../application/sale/report-unreadable.ts'
import { makeResumeSales } from '../../application/sale/resume-sales.ts'
import { makeRunSale } from '../../application/sale/run-sale.ts'
import { makeSalesAtWork } from '../../application/sale/running-sales.ts'
import { makeTakeUpSale } from '../../application/sale/take-up-sale.ts'
import type { WatchStorage } from '../../application/storage/watch-storage.ts'
import { makeVerifySale } from '../../application/verify/verify-sale.ts'
import type { SaleId } from '../../domain/ids.ts'
import type { Signer } from '../../domain/log/signing.ts'
import { FAILED_ANSWER_AFTER_MS } from '../../domain/sale/policy.ts'
import type { Config } from '../config/config.ts'
import { SOFTWARE } from '../system/software.ts'
import { exportOf } from './bundle-exporter.ts'
import type { CrmFitness } from './crm-fitness.ts'
import type { Store } from './open-store.ts'

export type App = {
  readonly server: FastifyInstance

  /**
   * Lets `listen` open the port, then takes up what an earlier process left, in the background,
   * and begins to send mails. Where `listen` fails, nothing was begun. Says which sales are not
   * taken up, because the database is a restored copy that an operator has to decide about.
   */
  start(listen: () => Promise<unknown>): Promise<{ readonly held: readonly SaleId[] }>

  /**
   * Begins no sale any more, waits until every caller has its answer, and lets go of the rest.
   * The store is still open when it returns.
   */
  stop(): Promise<void>
}

/** Builds the whole service over its ports; the only place that names every use case. */
export async function makeApp(deps: {
  readonly config: Config
  readonly store: Store
  /** Left out for a database in memory. */
  readonly storage?: Pick<WatchStorage, 'full' | 'run'>
  readonly zoho: Pick<Zoho, 'crm' | 'admission' | 'account'>
  readonly fitness: CrmFitness
  readonly mailer: Mailer
  readonly signer: Signer
  readonly checkpointFile: CheckpointFile
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  /** Nobody knows what is on disk: the process must stop. */
  readonly onLost: (error: unknown) => void
  /** Left out for a front that is this service's alone. */
  readonly makeFront?: typeof makeServer
}): Promise<App> {
  const { config, store, storage, fitness, mailer, clock, random, logger, onLost } = deps
  const { crm, account } = deps.zoho
  const admission = makeCheckedAdmission(deps.zoho.admission, fitness.unfit)
  const { requestTimeoutMs, policy } = config
  const mailDomain = mailDomainOf(config.mail)
  const stopping = new AbortController()
  const isDraining = () => stopping.signal.aborted

  const deliverMail = makeDeliverMail({ outbox: store.outbox, mailer, clock, logger })
  const runSale = makeRunSale({
    store: store.sales,
    crm,
    clock,
    random,
    logger,
    policy,
    requestTimeoutMs,
    mailDomain,
    onMail: deliverMail.wake,
  })
  const watchAccount = makeWatchAccount({
    account,
    log: store.account,
    clock,
    logger,
    mailDomain,
    onMail: deliverMail.wake,
  })
  const failedSignIns = makeFailedSignIns({ actions: store.actions, clock, logger })
  const { tree, checkpoints } = store
  const signCheckpoint = makeSignCheckpoint({
    tree,
    log: checkpoints,
    file: deps.checkpointFile,
    signer: deps.signer,
    clock,
    dailyMail: config.audit.dailyMail ? { mailDomain, onMail: deliverMail.wake } : undefined,
  })
  const keepCheckpoints = makeKeepCheckpoints({
    signCheckpoint,
    tree,
    log: checkpoints,
    clock,
    logger,
  })
  const sales = makeSalesAtWork({ runSale, clock, logger, onLost })
  const takeUpSale = makeTakeUpSale({ store: store.sales, copied: store.copied, sales, clock })
  const reportUnreadable = makeReportUnreadable({
    unreadable: store.unreadable,
    clock,
    logger,
    mailDomain,
    onMail: deliverMail.wake,
  })
  const recoverSales = makeRecoverSales({
    store: store.sales,
    copied: store.copied,
    takeUpSale,
    reportUnreadable,
    clock,
  })
  const resumeSales = makeResumeSales({
    requests: store.resumeRequests,
    sales,
    takeUpSale,
    reportUnreadable,
    clock,
    logger,
  })
  const { makeFront = makeServer } = deps
  const server = await makeFront({
    getContact: makeGetContact({ crm, admission, clock, requestTimeoutMs }),
    createSale: makeCreateSale({
      store: store.sales,
      sales,
      admission,
      clock,
      random,
      reportUnreadable,
      isDraining,
      storageFull: () => storage?.full(),
      onLost,
    }),
    saleReader: store.saleReader,
    exportBundle: exportOf(store, { sign: signCheckpoint, signer: deps.signer, clock }),
    verifySale: makeVerifySale({ ...store, signer: deps.signer, checkSignature }),
    authenticate: makeAuthenticate({ keys: store.keys, clock, failed: failedSignIns }),
    recordAuditorVisit: makeRecordAuditorVisit({ actions: store.actions, clock, onLost }),
    software: SOFTWARE,
    verbose: async () => ({ mail: await mailBacklog(store.outbox, clock.now()) }),
    notReady: () =>
      isDraining() ? 'The service is stopping.' : (storage?.full() ?? admission.closed()),
    clock,
    tree,
    proofs: makeTreeProofs(tree),
    checkpoints,
    vkey: deps.signer.vkey,
    isDraining,
    logger,
    answerWithinMs: policy.deadlineMs + FAILED_ANSWER_AFTER_MS,
    onLost,
  })
  let background: Promise<unknown> = Promise.resolve()

  async function takeUp(found: readonly SaleId[]): Promise<void> {
    if (found.length === 0) return
    logger.info({ found: found.length }, 'taking up unfinished sales')
    const recovered = await recoverSales.takeUp(found, stopping.signal)
    logger.info(recovered, 'unfinished sales taken up')
  }

  return {
    server,

    async start(listen) {
      // Before the port is open, so that none of this process's own sales is among them.
      // And the position before that, so that no request made meanwhile is missed.
      const position = await store.resumeRequests.position()
      const { left, held } = await recoverSales.find()
      await keepCheckpoints.sign('start')
      await listen()
      if (held.length > 0) logger.warn({ held }, 'a restored copy: unfinished sales are held')
      background = Promise.all([
        deliverMail.run(stopping.signal),
        watchAccount.run(stopping.signal),
        keepCheckpoints.run(stopping.signal),
        fitness.run(stopping.signal),
        failedSignIns.run(stopping.signal),
        takeUp(left),
        resumeSales.run(position, stopping.signal),
        storage?.run(stopping.signal),
      ]).catch(onLost)
      return { held }
    },

    async stop() {
      stopping.abort()
      await sales.drain()
      await server.close()
      await background
      await failedSignIns.flush()
      // A sale that was only just being recorded, or read from the log, has begun meanwhile.
      await sales.drain()
      await keepCheckpoints.sign('stop')
    },
  }
}

export function makeMailer(mail: Config['mail']): Mailer {
  return mail.smtpUrl === undefined
    ? makeFileMailer(mail.folder, mail)
    : makeSmtpMailer(mail.smtpUrl, mail)
}

/** What stands behind the `@` of a message id. */
export function mailDomainOf(mail: Config['mail']): string {
  return mail.from.split('@').at(-1) ?? 'localhost'
}
