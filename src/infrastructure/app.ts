import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import { makeServer } from '../adapters/http/server.ts'
import { makeFileMailer } from '../adapters/mail/file-mailer.ts'
import { makeSmtpMailer } from '../adapters/mail/smtp-mailer.ts'
import type { Zoho } from '../adapters/zoho/zoho.ts'
import { makeAuthenticate } from '../application/authenticate.ts'
import { makeCheckedAdmission } from '../application/checked-admission.ts'
import { makeCreateSale } from '../application/create-sale.ts'
import { makeDeliverMail } from '../application/deliver-mail.ts'
import { makeGetContact } from '../application/get-contact.ts'
import type { Clock } from '../application/ports/clock.ts'
import type { Mailer } from '../application/ports/mailer.ts'
import type { Random } from '../application/ports/random.ts'
import { makeRecoverSales } from '../application/recover-sales.ts'
import { makeRunSale } from '../application/run-sale.ts'
import { makeSalesAtWork } from '../application/sales-at-work.ts'
import { makeWatchAccount } from '../application/watch-account.ts'
import type { SaleId } from '../domain/ids.ts'
import { FAILED_ANSWER_AFTER_MS } from '../domain/sale/policy.ts'
import type { Config } from './config.ts'
import type { CrmFitness } from './crm-fitness.ts'
import type { Store } from './open-store.ts'

export type App = {
  readonly server: FastifyInstance

  /**
   * Lets `listen` open the port, then takes up what an earlier process left, in the background,
   * and begins to send mails. Where `listen` fails, nothing was begun.
   */
  start(listen: () => Promise<unknown>): Promise<void>

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
  readonly zoho: Pick<Zoho, 'crm' | 'admission' | 'account'>
  readonly fitness: CrmFitness
  readonly mailer: Mailer
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  /** Nobody knows what is on disk: the process must stop. */
  readonly onLost: (error: unknown) => void
}): Promise<App> {
  const { config, store, fitness, mailer, clock, random, logger, onLost } = deps
  const { crm, account } = deps.zoho
  const admission = makeCheckedAdmission(deps.zoho.admission, fitness.unfit)
  const { requestTimeoutMs, policy } = config
  const mailDomain = config.mail.from.split('@').at(-1) ?? 'localhost'
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
  const sales = makeSalesAtWork({ runSale, clock, logger, onLost })
  const recoverSales = makeRecoverSales({ store: store.sales, sales, clock, logger })
  const server = await makeServer({
    getContact: makeGetContact({ crm, admission, clock, requestTimeoutMs }),
    createSale: makeCreateSale({
      store: store.sales,
      sales,
      admission,
      clock,
      random,
      isDraining,
      onLost,
    }),
    log: store.log,
    authenticate: makeAuthenticate({ keys: store.keys, clock }),
    notReady: () => (isDraining() ? 'The service is stopping.' : admission.closed()),
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
      const found = await recoverSales.find()
      await listen()
      background = Promise.all([
        deliverMail.run(stopping.signal),
        watchAccount.run(stopping.signal),
        fitness.run(stopping.signal),
        takeUp(found),
      ]).catch(onLost)
    },

    async stop() {
      stopping.abort()
      await sales.drain()
      await server.close()
      // A sale that was only just being recorded has begun, and was answered, meanwhile.
      await sales.drain()
      await background
    },
  }
}

export function makeMailer(mail: Config['mail']): Mailer {
  return mail.smtpUrl === undefined
    ? makeFileMailer(mail.folder, mail)
    : makeSmtpMailer(mail.smtpUrl, mail)
}
