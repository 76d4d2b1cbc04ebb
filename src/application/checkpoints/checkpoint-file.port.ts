import type { SignedCheckpoint } from '../../domain/log/checkpoint.ts'

/**
 * The newest checkpoint in a file of its own. When the log is replaced by an older copy, this file
 * still shows how long the log was.
 */
export interface CheckpointFile {
  /**
   * The checkpoint in the file; `undefined` while there is none.
   *
   * @throws {AppError} `unreadable` when the file holds something else
   */
  newest(): Promise<SignedCheckpoint | undefined>

  /**
   * Replaces the checkpoint with the number `expected`, or 0 for none, by `next`. Returns `false`
   * when the file holds another number, because another process was first. After `true`, `next`
   * survives a power cut.
   *
   * @throws {AppError} `unavailable`: it may have been replaced or not; it can be repeated
   */
  replace(expected: number, next: SignedCheckpoint): Promise<boolean>

  close(): void
}
