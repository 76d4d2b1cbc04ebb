import type { SignedCheckpoint } from '../../domain/log/checkpoint.ts'
import type { EpochMs } from '../../domain/time.ts'
import type { NewMail } from '../mail/outbox.port.ts'

/** Every checkpoint of the log, kept beside its events. None is ever changed. */
export interface CheckpointLog {
  /** The one with the highest number; `undefined` before the first. */
  newest(): Promise<SignedCheckpoint | undefined>

  /** Keeps a checkpoint and puts the mails out; nothing happens where its number is there. */
  add(checkpoint: SignedCheckpoint, mails: readonly NewMail[]): Promise<void>

  /** When the newest mail that carries a checkpoint was made; `undefined` when there is none. */
  lastMailAt(): Promise<EpochMs | undefined>

  /** The position of the last `LogLossAccepted`; 0 when there is none. */
  lastLossAt(): Promise<number>
}
