import SqliteDatabase from 'better-sqlite3'

/** What this process asked of SQLite since it began to count, over all databases. */
export type CountedStatements = Disposable & {
  /** The texts, in the order in which they were prepared. */
  readonly prepared: readonly string[]
  /** The texts of those that were run as a whole, in order; of those prepared since. */
  readonly run: readonly string[]
  /** Counts from nothing again. What was prepared before is still counted when it is run. */
  reset(): void
}

/** Counts the statements that SQLite prepares and runs, until it is disposed of. */
export function countStatements(): CountedStatements {
  const prepared: string[] = []
  const run: string[] = []
  const { prototype } = SqliteDatabase
  const { prepare } = prototype
  prototype.prepare = function counted(this: SqliteDatabase.Database, text: string) {
    prepared.push(text)
    const statement: SqliteDatabase.Statement = prepare.call(this, text)
    for (const name of ['run', 'all'] as const) {
      const call: (...parameters: unknown[]) => unknown = statement[name]
      const value = (...parameters: unknown[]) => {
        run.push(text)
        return call.apply(statement, parameters)
      }
      Object.defineProperty(statement, name, { value })
    }
    return statement
  } as typeof prepare
  return {
    prepared,
    run,
    reset() {
      prepared.length = 0
      run.length = 0
    },
    [Symbol.dispose]() {
      prototype.prepare = prepare
    },
  }
}
