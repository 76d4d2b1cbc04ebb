/**
 * Why an operation failed, as far as a caller acts on it:
 *
 * - `conflict`     another writer was first: read again and decide again.
 * - `unavailable`  a dependency is down, slow or full, and nothing was done: retry later.
 * - `refused`      a dependency understood and refused: do not retry, a person must act.
 * - `lost`         nobody knows what is on disk: stop the process and read it again.
 * - `unreadable`   what is stored is not what this version writes: a person must look.
 */
export type AppErrorCode = 'conflict' | 'unavailable' | 'refused' | 'lost' | 'unreadable'

/**
 * An operational failure raised by a port. The message names the operation that failed and
 * never repeats the message of its `cause`; the logger prints the whole chain.
 */
export class AppError extends Error {
  override readonly name = 'AppError'
  readonly code: AppErrorCode

  constructor(code: AppErrorCode, message: string, options: { readonly cause?: unknown } = {}) {
    super(message, options)
    this.code = code
  }
}

/** Events of a sale that cannot be read. */
export class UnreadableError extends AppError {
  /** The position of the event in the log; `null` where events are missing at the end. */
  readonly position: number | null

  constructor(message: string, position: number | null) {
    super('unreadable', message)
    this.position = position
  }
}

/** Returns `undefined` for anything but an `AppError`: that is a bug. */
export function errorCode(error: unknown): AppErrorCode | undefined {
  return error instanceof AppError ? error.code : undefined
}
