import type { SignedCheckpoint } from '../../domain/log/checkpoint.ts'
import type { EpochMs } from '../../domain/time.ts'
import type { Actor } from '../log/event-record.ts'
import type { LogLossAccepted } from '../log/service-events.ts'
import type { NewMail } from '../mail/outbox.port.ts'

/** All checkpoints of the log, kept beside its events. A checkpoint is never changed. */
export interface CheckpointLog {
  /** The checkpoint with the highest number; `undefined` before the first. */
  newest(): Promise<SignedCheckpoint | undefined>

  /**
   * Adds a checkpoint, and `mails` to the outbox. Does nothing where its number, or a higher one, is already
   * there.
   *
   * @returns whether this very checkpoint is in the log now
   * @throws {AppError} `unavailable`: it may be added or not; it can be repeated
   */
  add(checkpoint: SignedCheckpoint, mails: readonly NewMail[]): Promise<boolean>

  /** When the newest mail with a checkpoint was created; `undefined` when there is none. */
  lastMailAt(): Promise<EpochMs | undefined>

  /** The position of the newest `LogLossAccepted`; 0 when there is none. */
  lastLossPosition(): Promise<number>

  /**
   * Records an accepted loss, with the mails about it.
   *
   * @param options.holdsSales whether the sales that are unfinished by then are held from now on, as in a restored
   *   copy: what is lost may have answered their callers
   * @throws {AppError} `unavailable` when nothing was stored; `lost` when nobody knows; `refused` where the role
   *   may not hold sales
   */
  acceptLoss(
    event: LogLossAccepted,
    by: Actor,
    mails: readonly NewMail[],
    options: { readonly holdsSales: boolean },
  ): Promise<void>
}
