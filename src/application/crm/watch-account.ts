// Watches whether the CRM account is shut, and when it is open again, with the other instances that use it.

import { LONG_AGO, later } from '../../domain/time.ts'
import { STORE_BACKOFF, steady } from '../base/backoff.ts'
import type { Clock } from '../base/clock.port.ts'
import type { Logger } from '../base/logger.port.ts'
import { patiently } from '../base/patiently.ts'
import type { AccountLog } from './account-log.port.ts'
import type { CrmAccount } from './crm-account.port.ts'
import { makeRecordAccount, type RecordAccountDeps } from './record-account.ts'

/** Milliseconds from one look at the account to the next; less where a try is due before. */
const LOOK_EVERY_MS = 1_000

/** The shortest time between two looks, in milliseconds. */
const LOOK_AGAIN_MS = 50

/** Milliseconds from one probe of a shut account to the next. */
const PROBE_EVERY_MS = 60_000

/**
 * Milliseconds for which an instance does not shut the account for all again after another one has found it
 * open. One that alone has trouble turns its own callers away, and nobody else's.
 */
const DISAGREES_MS = 600_000

/** Milliseconds before a database that cannot be used is tried again; nobody waits for it. */
const LOG_BACKOFF = steady(STORE_BACKOFF.maxMs)

export interface WatchAccount {
  /**
   * Runs until `stop` is aborted.
   *
   * @throws {AppError} `lost`: the process has to stop.
   */
  run(stop: AbortSignal): Promise<void>

  /** Why another instance has found the account shut, as the log has it; `undefined` while it is open. Asks nobody. */
  shutByOthers(): string | undefined
}

export function makeWatchAccount(
  deps: RecordAccountDeps & {
    readonly account: CrmAccount
    readonly accountLog: AccountLog
    readonly clock: Clock
    readonly logger: Logger
    /**
     * Whether this instance is the one that probes a shut account for all. Set where others use the same
     * account: then what the log says of it holds for all.
     */
    readonly isProber?: (() => Promise<boolean>) | undefined
  },
): WatchAccount {
  const { account, accountLog, clock, logger, isProber } = deps
  const record = makeRecordAccount(deps)
  let shutInLog: string | undefined
  let isLockedOut = false

  return {
    shutByOthers: () => shutInLog,

    async run(stop) {
      const onFailure = (err: unknown) => logger.warn({ err }, 'account log not reached')
      await patiently({ clock, backoff: LOG_BACKOFF, stop, onFailure }, () => watch(stop))
    },
  }

  async function watch(stop: AbortSignal): Promise<void> {
    let isShut = (await readLog()) !== undefined
    // This holds after a restart, too: the log has the account shut, and no call has shown anything yet.
    let probeAt = clock.instant()
    let agreesUntil = LONG_AGO
    while (!stop.aborted) {
      if (isProber !== undefined) {
        shutInLog = await readLog()
        if (isShut && shutInLog === undefined) {
          // Another one found it open. What this one has seen may be old, and would shut it again.
          agreesUntil = later(clock.instant(), DISAGREES_MS)
          probeAt = clock.instant()
        }
        isShut = shutInLog !== undefined
      }
      const reason = account.shut()
      const agrees = clock.instant() < agreesUntil
      if (!isShut && reason !== undefined && !agrees) {
        await record.shut(reason, clock.now())
        isShut = true
      }
      const concernsThis = isShut || reason !== undefined
      if (concernsThis && clock.instant() >= probeAt && (!isShut || (await mayProbe()))) {
        probeAt = later(clock.instant(), PROBE_EVERY_MS)
        if ((await account.probe()) && isShut) {
          await record.reopened(clock.now())
          isShut = false
          shutInLog = undefined
          probeAt = clock.instant()
        }
      }
      // A shut account is left to the probe: only a person can open it.
      if (reason === undefined) await watchLockOut()
      await clock.sleep(pauseMs(), stop)
    }
  }

  async function readLog(): Promise<string | undefined> {
    const last = await accountLog.last()
    return last?.type === 'CrmAccountShut' ? last.data.reason : undefined
  }

  async function mayProbe(): Promise<boolean> {
    return isProber === undefined || (await isProber())
  }

  function pauseMs(): number {
    const dueInMs = account.lockOut()?.tryInMs ?? LOOK_EVERY_MS
    return Math.min(Math.max(dueInMs, LOOK_AGAIN_MS), LOOK_EVERY_MS)
  }

  /** Says once that the CRM lets no call in, and once that it does, and makes the tries between. */
  async function watchLockOut(): Promise<void> {
    const lockOut = account.lockOut()
    if (lockOut !== undefined && !isLockedOut) {
      logger.warn({ reason: lockOut.reason }, 'the CRM lets no call in')
    }
    if (lockOut === undefined && isLockedOut) logger.info({}, 'the CRM lets calls in again')
    isLockedOut = lockOut !== undefined
    if (lockOut?.tryInMs === 0) await account.tryToEnd()
  }
}
