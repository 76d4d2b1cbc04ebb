import process from 'node:process'
import { type Config, readConfig } from '../../config/config.ts'
import { openStore, type Store } from '../../service/open-store.ts'

/** The settings are wrong; each problem is a line of its own. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super('the settings are wrong')
    this.problems = problems
  }
}

/** @throws {ConfigError} with every setting that is wrong. */
export function commandConfig(): Config {
  const result = readConfig(process.env)
  if (!result.ok) throw new ConfigError(result.problems)
  return result.config
}

/** Opens the database beside a serving process, for the time of one command. */
export async function withStore<T>(work: (store: Store) => Promise<T>): Promise<T> {
  const store = await openStore(commandConfig().databasePath)
  try {
    return await work(store)
  } finally {
    await store.close()
  }
}

export function printLine(line: string): void {
  process.stdout.write(`${line}\n`)
}
