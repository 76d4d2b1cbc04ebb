import type { CheckpointReason, SignedCheckpoint } from '../../domain/log/checkpoint.ts'
import { base64Of } from '../../domain/log/hash.ts'
import { backoffMs, CHECKPOINT_BACKOFF } from '../base/backoff.ts'
import type { Clock } from '../base/clock.port.ts'
import { errorCode } from '../base/errors.ts'
import type { Logger } from '../base/logger.port.ts'
import type { CheckpointLog } from './checkpoint-log.port.ts'
import type { LogTree } from './log-tree.port.ts'
import type { SignCheckpoint } from './sign-checkpoint.ts'

/** How often it is looked whether a checkpoint is due. Commands append beside the service. */
const LOOK_EVERY_MS = 1_000

/** A checkpoint is due after so many events, */
const EVENTS_MAX = 256
/** so long after the one before when there are new events, */
const INTERVAL_MS = 60_000
/** and so long after it when nothing happened: silence that is signed is no gap. */
const HEARTBEAT_MS = 3_600_000

/** Signs checkpoints beside the sales, which never wait for one. */
export interface KeepCheckpoints {
  /** Signs one now. Where it cannot be kept a line says so, and nothing else stops for it. */
  sign(reason: CheckpointReason): Promise<void>

  /** Signs what is due until `stop` is aborted. @throws {AppError} `lost`. */
  run(stop: AbortSignal): Promise<void>
}

/** The newest checkpoint that was looked at. */
type Seen = SignedCheckpoint | undefined

export function makeKeepCheckpoints(deps: {
  readonly signCheckpoint: SignCheckpoint
  readonly tree: Pick<LogTree, 'size'>
  readonly log: Pick<CheckpointLog, 'newest'>
  readonly clock: Clock
  readonly logger: Logger
}): KeepCheckpoints {
  const { signCheckpoint, tree, log, clock, logger } = deps
  let seen: Seen

  return {
    async sign(reason) {
      await tried(() => signNow(reason))
    },

    async run(stop) {
      for (let failed = 0; !stop.aborted; ) {
        await clock.sleep(
          failed === 0 ? LOOK_EVERY_MS : backoffMs(CHECKPOINT_BACKOFF, failed),
          stop,
        )
        if (stop.aborted) return
        failed = (await tried(signDue)) ? 0 : failed + 1
      }
    },
  }

  async function signDue(): Promise<void> {
    const reason = await due()
    if (reason !== undefined) await signNow(reason)
  }

  async function due(): Promise<CheckpointReason | undefined> {
    const size = await tree.size()
    // A newer one, of a command, can only put it off: that is asked for when one seems due.
    if (dueAfter(seen, size) === undefined) return undefined
    seen = await log.newest()
    return dueAfter(seen, size)
  }

  function dueAfter(newest: Seen, size: number): CheckpointReason | undefined {
    const added = size - (newest?.size ?? 0)
    const ageMs = newest === undefined ? HEARTBEAT_MS : clock.now() - newest.at
    if (added >= EVENTS_MAX) return 'events'
    if (added > 0 && ageMs >= INTERVAL_MS) return 'interval'
    return ageMs >= HEARTBEAT_MS ? 'hour' : undefined
  }

  async function signNow(reason: CheckpointReason): Promise<void> {
    const { number, size, root } = await signCheckpoint(reason)
    // Where the lines are collected elsewhere, this one is an anchor, too.
    logger.info({ number, size, root: base64Of(root), reason }, 'checkpoint signed')
  }

  /** A full disk or a log that was tampered with is for a person; the sales go on. */
  async function tried(work: () => Promise<void>): Promise<boolean> {
    try {
      await work()
      return true
    } catch (error) {
      const code = errorCode(error)
      if (code === undefined || code === 'lost') throw error
      const level = code === 'unavailable' ? 'warn' : 'error'
      logger[level]({ err: error }, 'no checkpoint signed')
      return false
    }
  }
}
