// Starts and stops the parts of a service in their order.

import type { FailedSignIns } from '../../application/access/failed-sign-ins.ts'
import type { KeyUses } from '../../application/access/key-uses.ts'
import type { WarnOfExpiry } from '../../application/access/warn-of-expiry.ts'
import type { Logger } from '../../application/base/logger.port.ts'
import type { KeepCheckpoints } from '../../application/checkpoints/keep-checkpoints.ts'
import type { WatchLog } from '../../application/checkpoints/watch-log.ts'
import type { WatchClock } from '../../application/clock/watch-clock.ts'
import type { WatchAccount } from '../../application/crm/watch-account.ts'
import type { WatchOrganisation } from '../../application/crm/watch-organisation.ts'
import type { DeliverMail } from '../../application/mail/deliver-mail.ts'
import type { ResumeRequests } from '../../application/sale/resume-requests.port.ts'
import type { WatchStorage } from '../../application/storage/watch-storage.ts'
import type { SaleId } from '../../domain/ids.ts'
import type { CrmFitness } from './crm-fitness.ts'
import type { SaleUseCases } from './sale-use-cases.ts'

/** The begin and the end of a service, whatever front it has. */
export type Lifecycle = {
  /**
   * Lets `open` open the front, then begins the work in the background: takes up the sales that an
   * earlier process left, sends mails, signs checkpoints. Where `open` throws, nothing was begun.
   * Returns the sales that are held: the database is a restored copy or lost a part of its log, and an
   * operator has to decide about each.
   */
  start(open: () => Promise<unknown>): Promise<{ readonly held: readonly SaleId[] }>

  /** Begins no sale any more, and is not ready any more. All else is answered as before. */
  drain(): void

  /**
   * Drains, waits until every caller has its answer, lets `close` close the front,
   * and ends the work in the background. The store is still open when it returns.
   */
  stop(close: () => Promise<unknown>): Promise<void>
}

/** The parts of a service that work beside its callers, each until its signal is aborted. */
type Work = Pick<SaleUseCases, 'sales' | 'recovery' | 'resumeSales'> & {
  readonly resumeRequests: Pick<ResumeRequests, 'position'>
  readonly deliverMail: Pick<DeliverMail, 'run'>
  readonly watchAccount: WatchAccount
  readonly keepCheckpoints: KeepCheckpoints
  readonly watchClock: Pick<WatchClock, 'run'>
  readonly fitness: Pick<CrmFitness, 'run'>
  readonly organisation: Pick<WatchOrganisation, 'run'>
  readonly failedSignIns: Pick<FailedSignIns, 'run' | 'flush'>
  readonly keyUses: Pick<KeyUses, 'run' | 'flush'>
  readonly warnOfExpiry: WarnOfExpiry
  readonly storage: Pick<WatchStorage, 'run'> | undefined
  readonly watchLog: WatchLog | undefined
  /** Throws when the files of the database are no longer in their place. */
  readonly watchFiles: (stop: AbortSignal) => Promise<void>
  /** Aborted by `stop`. */
  readonly stopping: AbortController
  readonly logger: Logger
  /** Nobody knows what is on disk: the process must stop. */
  readonly onLost: (error: unknown) => void
}

const HELD = 'a restored copy, or a log with an accepted loss: unfinished sales are held'

/** Starts and stops the parts of a service in their order. */
export function makeLifecycle(work: Work): Lifecycle {
  const { sales, recovery, keepCheckpoints, failedSignIns, keyUses, logger } = work
  const { signal } = work.stopping
  let background: Promise<unknown> = Promise.resolve()

  return {
    async start(open) {
      // The sales of earlier processes are read before the front is open, or this process's own would
      // be among them. The position is read before that, or a request made meanwhile would be missed.
      await work.watchLog?.look()
      const position = await work.resumeRequests.position()
      const { held } = await recovery.begin()
      try {
        await keepCheckpoints.sign('start')
        await open()
      } catch (error) {
        // What has joined leaves: it would renew its lease over a closed database, and others would wait for it.
        await recovery.end()
        throw error
      }
      if (held.length > 0) logger.warn({ held }, HELD)
      background = Promise.all([
        work.watchFiles(signal),
        work.watchLog?.run(signal),
        work.watchClock.run(signal),
        work.deliverMail.run(signal),
        work.watchAccount.run(signal),
        keepCheckpoints.run(signal),
        work.fitness.run(signal),
        work.organisation.run(signal),
        failedSignIns.run(signal),
        keyUses.run(signal),
        work.warnOfExpiry(signal),
        recovery.run(signal),
        work.resumeSales.run(position, signal),
        work.storage?.run(signal),
      ]).catch(work.onLost)
      return { held }
    },

    drain() {
      work.stopping.abort()
    },

    async stop(close) {
      work.stopping.abort()
      await sales.drain()
      await close()
      await background
      await Promise.all([failedSignIns.flush(), keyUses.flush()])
      // A sale that was being recorded, or read from the log, has begun meanwhile.
      await sales.drain()
      await keepCheckpoints.sign('stop')
      await recovery.end()
    },
  }
}
