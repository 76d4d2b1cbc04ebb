import process from 'node:process'
import SqliteDatabase from 'better-sqlite3'
import { main } from '../../../src/infrastructure/cli/main.ts'

// The gateway itself, in a process that kills itself at a statement to its database: where nothing
// outside could see it. The variable DIE names the statement; the process dies there by SIGKILL.

/** Where to die: at the `nth` statement that has the text `at`, of those after the text `from`. */
export type DieAt = {
  readonly when: 'before' | 'after'
  readonly nth: number
  /** Part of the SQL text; left out, any statement counts. */
  readonly at?: string
  /** Parts of statements, of the SQL text or of a value, one after the other: the count begins with the last. */
  readonly from?: readonly string[]
}

type Statement = Record<'run' | 'all' | 'get', (...parameters: unknown[]) => unknown>

const die = JSON.parse(process.env['DIE'] ?? '{}') as DieAt
const awaited = [...(die.from ?? [])]
let seen = 0

const { prepare, exec } = SqliteDatabase.prototype
SqliteDatabase.prototype.prepare = function prepareToDie(
  this: SqliteDatabase.Database,
  sql: string,
) {
  const statement = prepare.call(this, sql)
  const calls = statement as unknown as Statement
  for (const name of ['run', 'all', 'get'] as const) {
    const call = calls[name].bind(statement)
    calls[name] = (...values) => dieAround(sql, () => call(...values), values.flat())
  }
  return statement
} as typeof prepare
SqliteDatabase.prototype.exec = function execToDie(this: SqliteDatabase.Database, sql: string) {
  return dieAround(sql, () => exec.call(this, sql))
} as typeof exec

function dieAround<T>(sql: string, run: () => T, values: readonly unknown[] = []): T {
  const [next] = awaited
  if (next !== undefined && (sql.includes(next) || values.includes(next))) awaited.shift()
  const isMeant = awaited.length === 0 && (die.at === undefined || sql.includes(die.at))
  if (isMeant) seen += 1
  const isNow = isMeant && seen === die.nth
  if (isNow && die.when === 'before') killSelf()
  const result = run()
  if (isNow && die.when === 'after') killSelf()
  return result
}

function killSelf(): never {
  process.kill(process.pid, 'SIGKILL')
  // Nothing runs between the signal and the end.
  for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
}

await main(process.argv.slice(2))
