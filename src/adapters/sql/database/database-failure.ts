// What a connection throws where a database fails, whichever database it is.

import { AppError, type AppErrorCode } from '../../../application/base/errors.ts'

/** An operational failure of a database. Who runs an operation makes an `AppError` of it, with its name. */
export class DatabaseFailure extends Error {
  override readonly name = 'DatabaseFailure'
  readonly code: AppErrorCode
  /** In words for who runs the gateway. Holds no value of a row and no secret. */
  readonly why: string

  /** @param options.cause what the driver of the database threw */
  constructor(code: AppErrorCode, why: string, options: { readonly cause: unknown }) {
    super(why, options)
    this.code = code
    this.why = why
  }
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
