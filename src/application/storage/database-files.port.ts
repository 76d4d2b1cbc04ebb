import type { AppError } from '../base/errors.ts'

/** The files of the open database, which other programs can move, replace or delete. */
export interface DatabaseFiles {
  /**
   * The error `lost` to fail with when the path of the database, or of its write-ahead log, no
   * longer names the files that are open: what is written to them, no later start would find.
   */
  moved(): AppError | undefined

  /** Bytes of the write-ahead log; 0 where there is none. */
  walBytes(): number
}
