import type { Migration } from 'kysely/migration'
import * as wholeSchema from './015-whole-schema.ts'
import * as ownership from './016-ownership.ts'
import * as sharedLimits from './017-shared-limits.ts'
import * as duties from './018-duties.ts'
import * as copies from './019-copies.ts'

/**
 * All migrations of a PostgreSQL database, as `migrations/sqlite/index.ts` has those of SQLite. The first
 * one makes what those up to 015 make there; each later one has the same number in both.
 */
export const migrations: Readonly<Record<string, Migration>> = {
  '015-whole-schema': wholeSchema,
  '016-ownership': ownership,
  '017-shared-limits': sharedLimits,
  '018-duties': duties,
  '019-copies': copies,
}
