import type { SignedCheckpoint } from '../../domain/log/checkpoint.ts'

/**
 * The newest checkpoint, in a file of its own: where the log is replaced by an older one, this
 * still knows how long it was.
 */
export interface CheckpointFile {
  /**
   * `undefined` while there is none.
   *
   * @throws {AppError} `unreadable` when what is there is no checkpoint.
   */
  newest(): Promise<SignedCheckpoint | undefined>

  /**
   * Puts `next` in the place of the one with the number `expected`, 0 for none; `false` when
   * another process was first. When it returns `true`, `next` survives a power cut.
   *
   * @throws {AppError} `unavailable`: nothing is known of it, and it can be repeated.
   */
  replace(expected: number, next: SignedCheckpoint): Promise<boolean>

  close(): void
}
