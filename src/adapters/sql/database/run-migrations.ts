// What migrating has in common, whichever database it is.

import type { Transaction } from 'kysely'
import { type Migration, Migrator } from 'kysely/migration'
import { AppError } from '../../../application/base/errors.ts'
import type { Schema } from './schema.ts'

export type Migrations = Readonly<Record<string, Migration>>

/**
 * The names of the migrations that a database lacks.
 *
 * @param done those that it has had
 * @throws {AppError} `refused` for a database with a migration that is not among `migrations`
 */
export function pendingMigrations(
  migrations: Migrations,
  done: readonly string[],
): readonly string[] {
  if (done.some((name) => !Object.hasOwn(migrations, name))) {
    throw new AppError('refused', 'migrate: the database was written by a newer version')
  }
  return Object.keys(migrations).filter((name) => !done.includes(name))
}

/** Runs the migrations that the database lacks. To be called where no other process does the same. */
export async function runMigrations(
  tx: Transaction<Schema>,
  migrations: Migrations,
): Promise<void> {
  const provider = { getMigrations: async () => migrations }
  const { error } = await new Migrator({ db: tx, provider }).migrateToLatest()
  // The migrator returns its error. It must be thrown here to roll the transaction back.
  if (error !== undefined) throw error
}
