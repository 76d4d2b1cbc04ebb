// The ports over an open database of any kind, as the contract suites use them.

import type { Database } from '../../../src/adapters/sql/database/database.ts'
import { type LogWriter, makeLogWriter } from '../../../src/adapters/sql/log/rows/log-writer.ts'
import { makeSqlSaleStore } from '../../../src/adapters/sql/sale/sql-sale-store.ts'
import { storeOf } from '../../../src/infrastructure/service/open-store.ts'
import { now } from './sale-examples.ts'
import type { Stores } from './store-examples.ts'

/** What only a kind of database knows: how to get past its own guards. */
export type Damage = (
  database: Database,
  position: number,
  body: string | undefined,
) => Promise<void>

export type OpenStores = Stores & { readonly database: Database; readonly writer: LogWriter }

/** Disposing of them closes the database. */
export function storesOver(
  database: Database,
  damage: Damage,
  writer = makeLogWriter(database, setImmediate),
): OpenStores {
  const { close, files: _, ...ports } = storeOf(database, writer)
  return {
    ...ports,
    database,
    writer,
    salesOf: (instance) => makeSqlSaleStore(database, writer, { number: () => instance }),
    async becomeCopy() {
      const position = await ports.resumeRequests.position()
      await database.kysely.insertInto('copy_mark').values({ position, made_at: now }).execute()
    },
    damage: (position, body) => damage(database, position, body),
    [Symbol.asyncDispose]: close,
  }
}
