// A database in a PostgreSQL server as the checks read it: nothing in it is made or written.

import { migrations } from '../../../../migrations/postgres/index.ts'
import { assertDurable } from '../../../adapters/postgres/database/assert-durable.ts'
import { livingInstances } from '../../../adapters/postgres/database/living-instances.ts'
import { pendingIn } from '../../../adapters/postgres/database/migrate.ts'
import { readRights } from '../../../adapters/postgres/roles/read-rights.ts'
import { OLDEST_VERSION, versionOf } from '../../../adapters/postgres/roles/setup-statements.ts'
import { whyNotServable } from '../../../adapters/sql/copies/servable.ts'
import type { Database } from '../../../adapters/sql/database/database.ts'
import { DatabaseFailure } from '../../../adapters/sql/database/database-failure.ts'
import { makeLogWriter } from '../../../adapters/sql/log/rows/log-writer.ts'
import { errorCode } from '../../../application/base/errors.ts'
import {
  databaseName,
  databaseWarning,
  type PostgresConfig,
} from '../../config/database-settings.ts'
import { connectPostgres } from '../../postgres/connect-postgres.ts'
import { storeOf } from '../../service/open-store.ts'
import { type Diagnosis, failed, fine, warned } from './diagnosis.ts'
import { type LogUnderLook, notServed } from './under-look.ts'

/** Opens the database where it has the tables of this version. The caller closes `store`. */
export async function lookIntoPostgres(config: PostgresConfig): Promise<LogUnderLook> {
  const database = connectPostgres(config)
  try {
    const wrong = await whatIsWrong(database, databaseName(config))
    if (wrong !== undefined) {
      await database.close()
      return { diagnosis: wrong, store: undefined }
    }
    const store = storeOf(database, makeLogWriter(database, setImmediate))
    const diagnosis = describeServer(
      config,
      await versionOf(database.kysely),
      await store.tree.size(),
    )
    return {
      diagnosis,
      store,
      rights: () => lookAtRights(database),
      instances: async () => {
        const names = await livingInstances(database.kysely)
        return fine(
          names.length === 0 ? 'none has a lease' : `${names.length}: ${names.join(', ')}`,
        )
      },
    }
  } catch (error) {
    await database.close()
    if (!(error instanceof DatabaseFailure)) throw error
    return { diagnosis: unreached(error, databaseName(config)), store: undefined }
  }
}

/** @param version `server_version_num` */
export function describeServer(config: PostgresConfig, version: number, size: number): Diagnosis {
  const how = config.ssl === false ? 'without TLS' : 'with verified TLS'
  const server = `PostgreSQL ${Math.floor(version / 10_000)}.${version % 10_000}, ${how}`
  const seen = `${databaseName(config)}: ${server}, ${size} events`
  const warning = databaseWarning(config)
  return warning === undefined ? fine(seen) : warned(seen, warning)
}

function unreached({ code, why, cause }: DatabaseFailure, name: string): Diagnosis {
  const detail = cause instanceof Error ? ` (${cause.message})` : ''
  const remedy =
    code === 'refused'
      ? 'Mend DATABASE_URL or DATABASE_PASSWORD_FILE, or what the server has for this role.'
      : 'See that the server runs, and that this machine reaches it.'
  return failed(`${name}: ${why}${detail}`, remedy)
}

async function whatIsWrong({ kysely }: Database, name: string): Promise<Diagnosis | undefined> {
  const version = await versionOf(kysely)
  if (version < OLDEST_VERSION) {
    const seen = `${name}: PostgreSQL ${Math.floor(version / 10_000)}`
    return failed(seen, 'Move to PostgreSQL 15 or later.')
  }
  try {
    await assertDurable(kysely)
  } catch (error) {
    if (!(error instanceof DatabaseFailure)) throw error
    const remedy =
      error.code === 'refused'
        ? 'Turn them on: without them a power cut loses sales whose callers have their answer.'
        : 'Name the primary in DATABASE_URL.'
    return failed(`${name}: ${error.why}`, remedy)
  }
  try {
    const { done, pending } = await pendingIn(kysely, migrations)
    if (pending.length === 0) {
      const found = await whyNotServable(kysely)
      return found && notServed(name, found)
    }
    const seen =
      done.length === 0 ? `${name} has no tables yet` : `${name} lacks ${pending.join(', ')}`
    return warned(seen, "gateway db migrate, with the owner's URL, makes them.")
  } catch (error) {
    if (errorCode(error) !== 'refused') throw error
    return failed(
      `${name} was written by a newer version`,
      'Use that version again, or a later one.',
    )
  }
}

/** Whether the role may do what a gateway does, and may not change the log. */
async function lookAtRights({ kysely }: Database): Promise<Diagnosis> {
  const { role, lacks, beyond } = await readRights(kysely)
  const [first] = lacks
  if (first !== undefined) {
    const more = lacks.length > 1 ? ` and ${lacks.length - 1} more` : ''
    const remedy = `gateway db migrate --service ${role}, with the owner's URL, gives them.`
    return failed(`${role} lacks the right ${first}${more}`, remedy)
  }
  if (beyond.length === 0) return fine(`${role} may add to the log, and not change it`)
  const remedy = 'Serve with a role of its own: gateway db setup, then db migrate --service ROLE.'
  return warned(`${role} may change the log: ${beyond.join(', ')}`, remedy)
}
