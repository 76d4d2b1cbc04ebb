import type { SignedCheckpoint } from '../../domain/log/checkpoint.ts'
import type { EpochMs } from '../../domain/time.ts'
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
}
