import { runSetup, type SetupNames } from '../../adapters/postgres/roles/setup-statements.ts'
import type { PostgresConfig } from '../config/database-settings.ts'
import { connectPostgres } from './connect-postgres.ts'

/** Makes the roles and the database, as the administrator that the settings name. @throws {AppError} as `runSetup` */
export async function setUpServer(
  config: PostgresConfig,
  names: SetupNames,
): Promise<readonly string[]> {
  const { kysely, close } = connectPostgres({ ...config, poolMax: 1 })
  try {
    return await runSetup(kysely, names)
  } finally {
    await close()
  }
}
