// What every command needs: the settings, the database, and a line on stdout.
import process from 'node:process'
import { type Config, readConfig } from '../../config/config.ts'
import { openStore, type Store } from '../../service/open-store.ts'

/** Thrown when settings are wrong. Each problem is one line. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super('the settings are wrong')
    this.problems = problems
  }
}

/** The settings from the environment. @throws {ConfigError} with every setting that is wrong. */
export function commandConfig(): Config {
  const result = readConfig(process.env)
  if (!result.ok) throw new ConfigError(result.problems)
  return result.config
}

/** Opens the database for the time of one command. A gateway may be running on it meanwhile. */
export async function withStore<T>(work: (store: Store) => Promise<T>): Promise<T> {
  const store = await openStore(commandConfig().databasePath)
  try {
    return await work(store)
  } finally {
    await store.close()
  }
}

/** Writes a line to stdout, which holds the data of a command and no messages. */
export function printLine(line: string): void {
  process.stdout.write(`${line}\n`)
}
