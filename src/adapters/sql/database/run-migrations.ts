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
 * @param mayBeUnknown whether this version may serve a database with a migration of a later one; by default
 *   with none
 * @throws {AppError} `refused` for a database with a migration that is neither among `migrations` nor may
 *   be unknown
 */
export function pendingMigrations(
  migrations: Migrations,
  done: readonly string[],
  mayBeUnknown: (name: string) => boolean = () => false,
): readonly string[] {
  const pending = Object.keys(migrations).filter((name) => !done.includes(name))
  const unknown = done.filter((name) => !Object.hasOwn(migrations, name))
  // A later version has all migrations of this one. Where one is missing, the two are of different lines.
  if (unknown.some((name) => pending.length > 0 || !mayBeUnknown(name))) {
    throw new AppError('refused', 'migrate: the database was written by a newer version')
  }
  return pending
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
