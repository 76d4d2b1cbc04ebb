// Several services over one database in memory, each with a lease of its own, in virtual time.

import { sql } from 'kysely'
import { migrations } from '../../../migrations/sqlite/index.ts'
import { makeSigner } from '../../../src/adapters/signing/ed25519.ts'
import type { Database } from '../../../src/adapters/sql/database/database.ts'
import { makeSqlInstances } from '../../../src/adapters/sql/instances/sql-instances.ts'
import { makeLogWriter } from '../../../src/adapters/sql/log/rows/log-writer.ts'
import { openCheckpointFile } from '../../../src/adapters/sqlite/checkpoints/checkpoint-file.ts'
import { openDatabase } from '../../../src/adapters/sqlite/database/database.ts'
import { migrate } from '../../../src/adapters/sqlite/database/migrate.ts'
import { AppError } from '../../../src/application/base/errors.ts'
import { makeLease } from '../../../src/application/instances/lease.ts'
import { storeOf } from '../../../src/infrastructure/service/open-store.ts'
import type { Shared } from '../../../src/infrastructure/service/service-deps.ts'
import { makeVirtualTestTime } from '../time/test-time.ts'
import { makeFakeIn } from './place.ts'
import { makeTestService, type TestService } from './test-service.ts'

export const LEASE_MS = 3_000

/** One of them. */
export type Instance = TestService & {
  readonly shared: Shared
  /** Whether its renewals, and its looks for sales without an owner, reach the database. */
  reach(isReached: boolean): void
}

/** The database and the CRM that all of them use. */
export async function makeInstances(settings: Readonly<Record<string, string>> = {}) {
  const opened = openDatabase(':memory:')
  await migrate(opened, migrations)
  const time = makeVirtualTestTime()
  const { clock } = time
  const database: Database = { ...opened, now: () => sql<number>`${clock.now()}` }
  const fake = makeFakeIn(time)
  const audit = {
    signer: makeSigner('test/sales-log', Buffer.alloc(32, 7)),
    file: openCheckpointFile(':memory:'),
  }

  return {
    time,
    fake,

    /** Starts another one. */
    async start(name: string): Promise<Instance> {
      let isReached = true
      const all = makeSqlInstances(database)
      const reached = () => {
        if (!isReached) throw new AppError('unavailable', 'the database cannot be reached')
      }
      const renew: typeof all.renew = async (...given) => {
        reached()
        return all.renew(...given)
      }
      const takeOver: typeof all.takeOver = async (...given) => {
        reached()
        return all.takeOver(...given)
      }
      const lease = makeLease({ instances: { ...all, renew }, clock, name, leaseMs: LEASE_MS })
      const store = storeOf(database, makeLogWriter(database, setImmediate), lease)
      const shared = { instances: { ...store.instances, takeOver }, lease }
      const service = await makeTestService(settings, { store, shared, time, fake, audit })
      return {
        ...service,
        shared,
        reach: (is) => {
          isReached = is
        },
      }
    },

    async [Symbol.asyncDispose]() {
      audit.file.close()
      await opened.close()
    },
  }
}
