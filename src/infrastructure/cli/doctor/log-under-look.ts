// The database as the checks read it: it is never made, migrated or written.

import { existsSync, statSync } from 'node:fs'
import { migrations } from '../../../../migrations/sqlite/index.ts'
import { whyNotServable } from '../../../adapters/sql/copies/servable.ts'
import { makeLogWriter } from '../../../adapters/sql/log/rows/log-writer.ts'
import { isHalfRestored } from '../../../adapters/sqlite/copies/put-in-place.ts'
import { IN_MEMORY } from '../../../adapters/sqlite/database/database-file.ts'
import { migrationsDone } from '../../../adapters/sqlite/database/migrate.ts'
import { openReadOnly } from '../../../adapters/sqlite/database/read-only.ts'
import type { Config } from '../../config/config.ts'
import { storeOf } from '../../service/open-store.ts'
import { failed, fine, warned } from './diagnosis.ts'
import { type LogUnderLook, notServed } from './under-look.ts'

const BYTES_PER_MIB = 1024 * 1024

/** Opens the database where it is there, and of this version. The caller closes `store`. */
export async function lookIntoLog({ database: asked }: Config): Promise<LogUnderLook> {
  if (asked.type === 'postgres') {
    const { lookIntoPostgres } = await import('./postgres-under-look.ts')
    return lookIntoPostgres(asked)
  }
  const { path } = asked
  if (path === IN_MEMORY) {
    return {
      diagnosis: warned(IN_MEMORY, 'Nothing outlives the process: see DATABASE_URL.'),
      store: undefined,
    }
  }
  if (isHalfRestored(path)) {
    const remedy =
      'Start the gateway, or give "gateway db restore" once more: either does the rest.'
    return { diagnosis: failed(`${path}: a restore was interrupted`, remedy), store: undefined }
  }
  if (!existsSync(path) || statSync(path).size === 0) {
    const remedy = 'Set DATA_DIR as for the service. The first "gateway serve" makes it.'
    return { diagnosis: warned(`${path} is not there`, remedy), store: undefined }
  }
  const database = openReadOnly(path)
  try {
    const done = await migrationsDone(database.kysely)
    if (done.some((name) => !Object.hasOwn(migrations, name))) {
      await database.close()
      const remedy = 'Use that version again, or a later one.'
      return {
        diagnosis: failed(`${path} was written by a newer version`, remedy),
        store: undefined,
      }
    }
    if (done.length < Object.keys(migrations).length) {
      await database.close()
      const remedy = 'The next "gateway serve" brings it to this version. Back it up before.'
      return { diagnosis: warned(`${path} is of an older version`, remedy), store: undefined }
    }
    const notServable = await whyNotServable(database.kysely)
    if (notServable !== undefined) {
      await database.close()
      return { diagnosis: notServed(path, notServable), store: undefined }
    }
    const store = storeOf(database, makeLogWriter(database, setImmediate))
    const size = await store.tree.size()
    const mib = (statSync(path).size / BYTES_PER_MIB).toFixed(1)
    const isCopy = await store.copied.isCopy()
    const what = isCopy ? 'a restored copy or the rest after a loss, ' : ''
    return { diagnosis: fine(`${path}: ${what}${size} events, ${mib} MiB`), store }
  } catch (error) {
    await database.close()
    throw error
  }
}
