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
    // On Deno the methods of a statement cannot be replaced.
    return new Proxy(statement, {
      get(_, name) {
        const member: unknown = Reflect.get(statement, name)
        if (typeof member !== 'function') return member
        return (...parameters: unknown[]) => {
          if (name === 'run' || name === 'all') run.push(text)
          return member.apply(statement, parameters)
        }
      },
    })
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
