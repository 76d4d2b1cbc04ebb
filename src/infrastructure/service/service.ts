// Builds the service without its HTTP front: puts the use cases together over their ports.

import type { ServerDeps } from '../../adapters/http/server.ts'
import { checkSignature } from '../../adapters/signing/ed25519.ts'
import { makeAccess } from '../../application/access/access.ts'
import { makeKeepCheckpoints } from '../../application/checkpoints/keep-checkpoints.ts'
import {
  makeFollowNewest,
  makeSignCheckpoint,
} from '../../application/checkpoints/sign-checkpoint.ts'
import { makeTreeProofs } from '../../application/checkpoints/tree-proofs.ts'
import { makeWatchLog } from '../../application/checkpoints/watch-log.ts'
import { makeWatchClock } from '../../application/clock/watch-clock.ts'
import type { Admission } from '../../application/crm/admission.port.ts'
import { makeCheckedAdmission } from '../../application/crm/checked-admission.ts'
import { type GetContact, makeGetContact } from '../../application/crm/get-contact.ts'
import { makeWatchAccount, type WatchAccount } from '../../application/crm/watch-account.ts'
import { makeWatchCalls } from '../../application/crm/watch-calls.ts'
import { type Desk, makeDesk } from '../../application/desk/desk.ts'
import { ALONE } from '../../application/instances/lease.ts'
import { makeIsOnDuty } from '../../application/instances/on-duty.ts'
import { makeDeliverMail } from '../../application/mail/deliver-mail.ts'
import { mailBacklog } from '../../application/mail/mail-backlog.ts'
import { watchFiles } from '../../application/storage/watch-files.ts'
import { makeVerifySale } from '../../application/verify/verify-sale.ts'
import { FAILED_ANSWER_AFTER_MS } from '../../domain/sale/policy.ts'
import { SOFTWARE } from '../system/software.ts'
import { exportOf } from './bundle-exporter.ts'
import { accountWithRights } from './crm-fitness.ts'
import { type Lifecycle, makeLifecycle } from './lifecycle.ts'
import { namedInMails } from './mailer.ts'
import { makeSaleUseCases, noRoom } from './sale-use-cases.ts'
import type { ServiceDeps } from './service-deps.ts'

/** A service without its HTTP front: all that a front calls, and its own start and stop. */
export type Service = ServerDeps & Lifecycle & { readonly desk: Desk }

const STOPPING = 'The service is stopping.'

/** Builds the service over its ports. */
export function makeService(deps: ServiceDeps): Service {
  const { config, store, fitness, clock, logger, meter, onLost, signer } = deps
  const { policy } = config
  const { tree, checkpoints, saleReader } = store
  const stopping = new AbortController()
  const isDraining = () => stopping.signal.aborted

  const lease = deps.shared?.lease
  const deliverMail = makeDeliverMail({ ...deps, outbox: store.outbox, lease })
  const mailing = { ...namedInMails(config.mail), onMail: deliverMail.wake }
  const watchAccount = watchAccountOf(deps, mailing)
  const admission = makeCheckedAdmission(deps.zoho.admission, {
    unfit: fitness.unfit,
    shut: watchAccount.shutByOthers,
  })
  const watchClock = makeWatchClock({ eventLog: store.eventLog, clock, logger })
  const access = makeAccess(config.access, {
    ...{ ...store, ...mailing, clock, logger, onLost },
    buckets: deps.shared && store.keyBuckets,
    lookAtClocks: watchClock.look,
  })
  const { keyQuotas } = access
  const { signCheckpoint, keepCheckpoints } = checkpointsOf(deps, mailing)
  const saleUseCases = makeSaleUseCases(deps, { admission, isDraining, keyQuotas, ...mailing })

  return {
    createSale: saleUseCases.createSale,
    getContact: getContactOf(deps, admission),
    saleReader,
    exportBundle: exportOf(store, { sign: signCheckpoint, signer, clock }),
    verifySale: makeVerifySale({ ...store, signer, checkSignature }),
    desk: makeDesk({ ...store, signer, checkSignature }),
    ...doorOf(access),
    publicUrl: config.mail.publicUrl,
    software: SOFTWARE,
    verbose: async () => ({ mail: await mailBacklog(store.outbox, clock.now()) }),
    notReady: () => (isDraining() ? STOPPING : (noRoom(deps) ?? admission.closed())),
    clock,
    tree,
    proofs: makeTreeProofs(tree),
    checkpoints,
    vkey: signer.vkey,
    isDraining,
    logger,
    meter,
    front: config.front,
    answerWithinMs: policy.deadlineMs + FAILED_ANSWER_AFTER_MS,
    onLost,
    ...makeLifecycle({
      ...saleUseCases,
      resumeRequests: store.resumeRequests,
      deliverMail,
      watchAccount,
      keepCheckpoints,
      watchClock,
      ...access,
      fitness,
      organisation: deps.organisation,
      storage: deps.storage,
      watchLog: deps.seen && makeWatchLog({ tree, ...deps.seen, clock, logger }),
      watchFiles: (stop) => watchFiles({ files: store.files, clock }, stop),
      stopping,
      logger,
      onLost,
    }),
  }
}

function checkpointsOf(
  deps: ServiceDeps,
  mailing: { readonly mailDomain: string; readonly onMail: () => void },
) {
  const { config, store, clock, logger, signer, checkpointFile: file } = deps
  const signed = { tree: store.tree, log: store.checkpoints, clock, signer, file }
  const dailyMail = config.audit.dailyMail ? mailing : undefined
  const signCheckpoint = makeSignCheckpoint({ ...signed, dailyMail })
  const followNewest = makeFollowNewest(signed)
  const isOnDuty = makeIsOnDuty(store.duties, deps.shared?.lease ?? ALONE)
  const keeping = { ...signed, signCheckpoint, followNewest, isOnDuty, logger }
  return { signCheckpoint, keepCheckpoints: makeKeepCheckpoints(keeping) }
}

function watchAccountOf(
  deps: ServiceDeps,
  mailing: ReturnType<typeof namedInMails> & { readonly onMail: () => void },
): WatchAccount {
  const { store, fitness, clock, logger } = deps
  const account = accountWithRights(deps.zoho.account, fitness)
  const { account: accountLog, eventLog } = store
  const { shared } = deps
  const isOnDuty = shared && makeIsOnDuty(store.duties, shared.lease)
  const isProber = isOnDuty && (() => isOnDuty('prober'))
  return makeWatchAccount({ account, accountLog, eventLog, clock, logger, ...mailing, isProber })
}

/** What the front asks of it. */
function doorOf(access: ReturnType<typeof makeAccess>) {
  const { authenticate, authenticateSession, recordAuditorVisit, keyQuotas } = access
  return { authenticate, authenticateSession, recordAuditorVisit, keyQuotas }
}

function getContactOf(deps: ServiceDeps, admission: Admission): GetContact {
  const { clock } = deps
  const crm = makeWatchCalls(deps)(deps.zoho.crm)
  const { requestTimeoutMs } = deps.config
  return makeGetContact({ crm, admission, clock, requestTimeoutMs })
}
