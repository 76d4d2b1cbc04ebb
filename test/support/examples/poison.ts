import SqliteDatabase from 'better-sqlite3'
import type { SaleId } from '../../../src/domain/ids.ts'

/** What may be wrong with an event: written by a version of the future, or spoilt on disk. */
export const POISONS = [
  'unknown type',
  'unknown version',
  'broken JSON',
  'missing',
  'last missing',
] as const
export type Poison = (typeof POISONS)[number]

/**
 * Spoils an event of the sale behind the back of whoever has the database open: the second, or
 * the last where that is what is missing. Gives back what was there, for `heal`.
 */
export function poison(path: string, saleId: SaleId, how: Poison): () => void {
  return behind(path, (sqlite) => {
    const wanted = how === 'last missing' ? 'order by sequence desc limit 1' : 'and sequence = 2'
    const row = sqlite.prepare(`select * from event where sale_id = ? ${wanted}`).get(saleId)
    const { position, body } = row as { readonly position: number; readonly body: string }
    if (how === 'missing' || how === 'last missing') {
      sqlite.prepare('delete from event where position = ?').run(position)
    } else {
      const set = sqlite.prepare('update event set type = ?, body = ? where position = ?')
      set.run(...spoilt(body, how), position)
    }
    return () =>
      behind(path, (again) => {
        again
          .prepare(
            'insert or replace into event values (@position, @sale_id, @sequence, @type, @body)',
          )
          .run(row)
      })
  })
}

/** The tree is made anew at the next start: what was poisoned is then what was always there. */
export function forgetTree(path: string): void {
  behind(path, (sqlite) => sqlite.exec('delete from tree_node'))
}

function spoilt(body: string, how: Poison): readonly [string, string] {
  const event: { readonly type: string } = JSON.parse(body)
  switch (how) {
    case 'unknown type':
      return ['SaleForgotten', JSON.stringify({ ...event, type: 'SaleForgotten' })]
    case 'unknown version':
      return [event.type, JSON.stringify({ ...event, version: 99 })]
    default:
      return [event.type, body.slice(0, -10)]
  }
}

/** A connection without the triggers and checks that keep the log as it is; they are back after. */
function behind<T>(path: string, work: (sqlite: SqliteDatabase.Database) => T): T {
  const sqlite = new SqliteDatabase(path)
  try {
    sqlite.pragma('ignore_check_constraints = on')
    return sqlite.transaction(() => {
      const triggers = sqlite
        .prepare(
          "select name, sql from sqlite_schema where type = 'trigger' and tbl_name in ('event', 'tree_node')",
        )
        .all() as { readonly name: string; readonly sql: string }[]
      for (const { name } of triggers) sqlite.exec(`drop trigger ${name}`)
      const result = work(sqlite)
      for (const { sql } of triggers) sqlite.exec(sql)
      return result
    })()
  } finally {
    sqlite.close()
  }
}
