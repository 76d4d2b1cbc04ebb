import type { Hash } from '../../domain/log/hash.ts'

/** How long the log was, and the root of its tree then. */
export type KnownRoot = { readonly size: number; readonly root: Hash }

/**
 * How far this gateway has seen the log, outside of the database: between two checkpoints, too. The file is written
 * often and never synced. It survives the end of the process, however that ends; after a power cut here it may be
 * that of some seconds before, or empty, and the newest checkpoint is what is known.
 */
export interface KnownLogFile {
  /** `undefined` where there is none, or none that can be read. */
  read(): Promise<KnownRoot | undefined>

  /** @throws {AppError} `unavailable` where it cannot be written; what was there stays */
  write(known: KnownRoot): Promise<void>
}
