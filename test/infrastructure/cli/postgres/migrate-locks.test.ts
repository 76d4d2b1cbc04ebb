// How `db migrate` waits for who uses the tables: never long at a time, because others wait behind it.

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type Kysely, sql } from 'kysely'
import { openPostgresDatabase } from '../../../../src/adapters/postgres/database/postgres-database.ts'
import type { Schema } from '../../../../src/adapters/sql/database/schema.ts'
import { AppError } from '../../../../src/application/base/errors.ts'
import { readConfig } from '../../../../src/infrastructure/config/config.ts'
import { requirePostgres } from '../../../../src/infrastructure/config/database-settings.ts'
import { migrateTables } from '../../../../src/infrastructure/postgres/migrate-tables.ts'
import { ManualClock } from '../../../support/fakes/manual-clock.ts'
import { durablePostgres } from './durable-postgres.ts'

/** Milliseconds of one wait, in the place of seconds. */
const LOCK_MS = 20

/** An empty database, a transaction that holds what migrating needs, and what was told and waited meanwhile. */
async function setUp() {
  const read = readConfig({ DATABASE_URL: await (await durablePostgres()).newDatabase() })
  assert.ok(read.ok)
  const config = requirePostgres(read.config)
  const { leaseMs: _, type: __, ...place } = config
  const other = openPostgresDatabase({ ...place, applicationName: 'who holds a lock' })
  const letGo = Promise.withResolvers<void>()
  const held = Promise.withResolvers<void>()
  const holding = other.kysely.transaction().execute(async (tx: Kysely<Schema>) => {
    await sql`set local idle_in_transaction_session_timeout = 0`.execute(tx)
    await sql`select pg_advisory_xact_lock(7541001)`.execute(tx)
    held.resolve()
    await letGo.promise
  })
  await held.promise
  const told: string[] = []
  const paused: number[] = []
  const wait = {
    clock: Object.assign(new ManualClock(), {
      sleep: async (ms: number) => {
        paused.push(ms)
        if (paused.length === 2) await release()
      },
    }),
    onLocked: (text: string) => void told.push(text),
    lockMs: LOCK_MS,
  }
  let releases = true
  async function release() {
    if (!releases) return
    letGo.resolve()
    await holding
  }
  return {
    told,
    paused,
    holdOn: () => {
      releases = false
    },
    migrate: () => migrateTables(config, undefined, wait),
    async [Symbol.asyncDispose]() {
      letGo.resolve()
      await holding
      await other.close()
    },
  }
}

describe('gateway db migrate, while others use the tables', () => {
  it('waits shortly, lets them pass, says so, and tries again', async () => {
    await using t = await setUp()
    const { made } = await t.migrate()
    assert.ok(made.includes('015-whole-schema'))
    assert.deepEqual(t.paused, [3_000, 3_000])
    assert.deepEqual(
      t.told,
      [1, 2].map((tries) => `The tables are in use: tried ${tries} of 30 times, again in 3 s`),
    )
  })

  it('gives up after so many tries, and has changed nothing', async () => {
    await using t = await setUp()
    t.holdOn()
    await assert.rejects(t.migrate(), (error) => {
      assert.ok(error instanceof AppError)
      assert.equal(error.code, 'unavailable')
      assert.match(error.message, /^migrate: others used the tables at each of 30 tries: nothing/)
      return true
    })
    assert.equal(t.told.length, 29)
  })
})
