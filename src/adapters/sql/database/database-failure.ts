// What a connection throws where a database fails, whichever database it is.

import { AppError, type AppErrorCode } from '../../../application/base/errors.ts'

/**
 * - `conflict`: the transaction was rolled back for the sake of another one, and may well succeed when it is
 *   tried again.
 * - `commit`: the answer to a commit did not arrive, or not without a warning. The database is well, as far as
 *   is known, so what it has stored can be read back.
 */
export type FailureKind = 'conflict' | 'commit'

/** An operational failure of a database. Who runs an operation makes an `AppError` of it, with its name. */
export class DatabaseFailure extends Error {
  override readonly name = 'DatabaseFailure'
  readonly code: AppErrorCode
  /** In words for who runs the gateway. Holds no value of a row and no secret. */
  readonly why: string
  /** `undefined` for all other failures. */
  readonly kind: FailureKind | undefined

  /** @param options.cause what the driver of the database threw */
  constructor(
    code: AppErrorCode,
    why: string,
    options: { readonly cause: unknown; readonly kind?: FailureKind | undefined },
  ) {
    super(why, options)
    this.code = code
    this.why = why
    this.kind = options.kind
  }
}

/** Whether the answer to a commit is missing, and what is stored can be read back. */
export function isCommitInDoubt(error: unknown): error is DatabaseFailure {
  return error instanceof DatabaseFailure && error.kind === 'commit'
}

/** Makes an `AppError` of a failure of the database; returns any other error unchanged. */
export function toAppError(operation: string, error: unknown): unknown {
  if (!(error instanceof DatabaseFailure)) return error
  return new AppError(error.code, `${operation}: ${error.why}`, { cause: error.cause })
}

/** Runs `work`, and throws a failure of the database in it as an `AppError` that names `operation`. */
export async function withAppErrors<T>(operation: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw toAppError(operation, error)
  }
}
