import { type Kysely, sql } from 'kysely'
import type { AppErrorCode } from '../../../application/base/errors.ts'
import { DatabaseFailure } from '../../sql/database/database-failure.ts'

/** Settings of the server without which a power cut may lose a sale whose caller has its answer. */
const NEEDED = ['fsync', 'full_page_writes', 'synchronous_commit'] as const

/**
 * Checks that a commit is on disk before it is answered.
 *
 * @throws {DatabaseFailure} `refused`, with the names of the settings, when it is not; `unavailable`
 *   when the server is a replica, which stores nothing, or cannot be asked
 */
export async function assertDurable<Tables>(kysely: Kysely<Tables>): Promise<void> {
  const wanted = sql.join(NEEDED)
  const { rows } = await sql<{ name: string }>`
    select name from pg_settings where name in (${wanted}) and setting <> 'on' order by name`.execute(
    kysely,
  )
  const off = rows.map(({ name }) => name).join(', ')
  if (off !== '') throw failure('refused', `the database has these turned off: ${off}`)
  const recovery = await sql<{ is: boolean }>`select pg_is_in_recovery() as is`.execute(kysely)
  if (recovery.rows[0]?.is !== false) {
    throw failure('unavailable', 'the database is a replica at present')
  }
}

function failure(code: AppErrorCode, why: string): DatabaseFailure {
  return new DatabaseFailure(code, why, { cause: undefined })
}
