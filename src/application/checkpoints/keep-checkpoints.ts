// Signs a checkpoint of the log whenever one is due, beside the sales. Of several instances one does.
import type { CheckpointReason, SignedCheckpoint } from '../../domain/log/checkpoint.ts'
import { base64Of } from '../../domain/log/hash.ts'
import { CHECKPOINT_BACKOFF } from '../base/backoff.ts'
import type { Clock } from '../base/clock.port.ts'
import { errorCode } from '../base/errors.ts'
import type { Logger } from '../base/logger.port.ts'
import { patiently } from '../base/patiently.ts'
import type { IsOnDuty } from '../instances/on-duty.ts'
import type { LogTree } from './log-tree.port.ts'
import type { FollowNewest, SignCheckpoint } from './sign-checkpoint.ts'

/**
 * The pause between two checks for a due checkpoint, and so between two checkpoints, however many events
 * there are. Polled, because commands append events, too.
 */
const CHECK_EVERY_MS = 1_000

/** New events after which a checkpoint is due at the next check. */
const EVENTS_MAX = 256

/** Time since the last checkpoint after which one is due if there are new events. */
const INTERVAL_MS = 60_000

/** Time since the last checkpoint after which one is due in any case: signed silence is no gap. */
const HEARTBEAT_MS = 3_600_000

/** Signs checkpoints beside the sales. No sale waits for a checkpoint. */
export interface KeepCheckpoints {
  /**
   * Signs a checkpoint now, where no other instance is the sealer. A checkpoint that cannot be kept is logged,
   * and is no error.
   *
   * @throws {AppError} `lost`
   */
  sign(reason: CheckpointReason): Promise<void>

  /**
   * Signs each checkpoint when it is due, until `stop` is aborted.
   *
   * @throws {AppError} `lost`
   */
  run(stop: AbortSignal): Promise<void>
}

/** The newest checkpoint as it was last read from the log. */
type LastRead = SignedCheckpoint | undefined

export function makeKeepCheckpoints(deps: {
  readonly signCheckpoint: SignCheckpoint
  readonly followNewest: FollowNewest
  readonly isOnDuty: IsOnDuty
  readonly tree: Pick<LogTree, 'size'>
  readonly clock: Clock
  readonly logger: Logger
}): KeepCheckpoints {
  const { signCheckpoint, followNewest, isOnDuty, tree, clock, logger } = deps
  let lastRead: LastRead

  return {
    async sign(reason) {
      try {
        lastRead = await followNewest()
        if (await isOnDuty('sealer')) await signNow(reason)
      } catch (error) {
        if (!isBearable(error)) throw error
        reportFailure(error)
      }
    },

    async run(stop) {
      while (!stop.aborted) {
        await clock.sleep(CHECK_EVERY_MS, stop)
        if (stop.aborted) return
        await patiently(
          {
            clock,
            backoff: CHECKPOINT_BACKOFF,
            stop,
            isRetried: isBearable,
            onFailure: reportFailure,
          },
          signDue,
        )
      }
    },
  }

  async function signDue(): Promise<void> {
    const reason = await dueReason()
    if (reason !== undefined && (await isOnDuty('sealer'))) await signNow(reason)
  }

  async function dueReason(): Promise<CheckpointReason | undefined> {
    const size = await tree.size()
    // A command, or the sealer, may have signed since. That only puts the next one off, so the log is read only
    // when a checkpoint seems due.
    if (reasonAfter(lastRead, size) === undefined) return undefined
    lastRead = await followNewest()
    return reasonAfter(lastRead, size)
  }

  function reasonAfter(newest: LastRead, size: number): CheckpointReason | undefined {
    const added = size - (newest?.size ?? 0)
    // One of the future was signed by a clock that was ahead, and is replaced as one that is as old.
    const ageMs = newest === undefined ? HEARTBEAT_MS : Math.abs(clock.now() - newest.at)
    if (added >= EVENTS_MAX) return 'events'
    if (added > 0 && ageMs >= INTERVAL_MS) return 'interval'
    return ageMs >= HEARTBEAT_MS ? 'hour' : undefined
  }

  async function signNow(reason: CheckpointReason): Promise<void> {
    const { number, size, root } = await signCheckpoint(reason)
    // Where log lines are collected on another machine, this line proves the root to an auditor.
    logger.info({ number, size, root: base64Of(root), reason }, 'checkpoint signed')
  }

  function reportFailure(error: unknown): void {
    const level = errorCode(error) === 'unavailable' ? 'warn' : 'error'
    logger[level]({ err: error }, 'no checkpoint signed')
  }
}

/** Sales go on without checkpoints while a disk is full, and until a person looks at a changed log. */
function isBearable(error: unknown): boolean {
  const code = errorCode(error)
  return code !== undefined && code !== 'lost'
}
