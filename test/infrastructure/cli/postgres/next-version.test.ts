// What a gateway and its commands do when the database has tables of a later version: a rolling upgrade.

import assert from 'node:assert/strict'
import process from 'node:process'
import { describe, it } from 'node:test'
import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'
import { migrations } from '../../../../migrations/postgres/index.ts'
import {
  SAMPLE_CONTACT_ID,
  SAMPLE_PRODUCT_IDS,
} from '../../../../src/adapters/fake-zoho/world/sample-data.ts'
import { migrate } from '../../../../src/adapters/postgres/database/migrate.ts'
import { openPostgresDatabase } from '../../../../src/adapters/postgres/database/postgres-database.ts'
import { makeClient } from '../../../../src/infrastructure/demo/client.ts'
import { launchGateway, startGateway } from '../../../../src/infrastructure/demo/gateway-process.ts'
import { makeFolder, runGateway } from '../../../support/gateway/run-gateway.ts'
import { queryOnce } from '../../../support/postgres/test-postgres.ts'
import { durablePostgres } from './durable-postgres.ts'

const SALE = {
  contactId: SAMPLE_CONTACT_ID,
  products: [{ productId: SAMPLE_PRODUCT_IDS[0], quantity: 1 }],
}

/** What the next version adds to tables that this one writes, and a table that this one does not know. */
const ADDED = {
  '998-remarks-additive': statements(
    'alter table sale add column remark text collate "C"',
    `alter table event add column remark text collate "C" not null default ''`,
    'create index sale_remark on sale (remark)',
    'create table remark (id bigint primary key)',
  ),
}

function statements(...texts: readonly string[]): Migration {
  return {
    async up(db) {
      for (const text of texts) await sql.raw(text).execute(db)
    },
  }
}

/** Waits, in the server, until no lease goes on. */
const OVER = `do $$ begin while exists (
  select from instance where lease_until > extract(epoch from clock_timestamp()) * 1000
) loop perform pg_sleep(0.05); end loop; end $$`

async function migrateOn(
  url: string,
  more: Readonly<Record<string, Migration>>,
  user = 'owner5',
): Promise<void> {
  const { hostname: host, port, pathname } = new URL(url)
  const at = { host, port: Number(port), database: pathname.slice(1), user }
  const own = { ssl: false, poolMax: 1, applicationName: 'next version' } as const
  const database = openPostgresDatabase({ ...at, ...own })
  try {
    await migrate(database, { ...migrations, ...more })
  } finally {
    await database.close()
  }
}

describe('A gateway on the tables of the next version', () => {
  it('serves on and starts again where they are additive; else it is stopped first, and refused', async () => {
    await using folder = await makeFolder()
    const server = await durablePostgres()
    const url = (user: string) => server.url('d5').replace('postgres@', `${user}@`)
    const names = ['--owner', 'owner5', '--service', 's5', '--database', 'd5']
    const admin = { DATABASE_URL: server.url('postgres'), DATA_DIR: folder.path }
    assert.equal((await runGateway(['db', 'setup', '--run', ...names], admin)).code, 0)
    const owner = { DATABASE_URL: url('owner5'), DATA_DIR: folder.path }
    assert.equal((await runGateway(['db', 'migrate', '--service', 's5'], owner)).code, 0)
    const settings = { PORT: '0', DATABASE_URL: url('s5'), DATA_DIR: folder.path }
    const made = await runGateway(
      ['keys', 'create', '--name', 'shop', '--scope', 'sales:create'],
      settings,
    )
    const key = made.stdout.trim()
    await using running = await startGateway(settings)
    const sell = (at: string) => makeClient(at, key).sell(SALE)
    assert.equal((await sell(running.url))?.status, 200)

    await migrateOn(url('owner5'), ADDED)
    assert.equal((await sell(running.url))?.status, 200)
    await using second = await startGateway({
      ...settings,
      AUDIT_KEY_FILE: `${folder.path}/audit.key`,
    })
    assert.equal((await sell(second.url))?.status, 200)
    assert.equal((await runGateway(['keys', 'list'], settings)).code, 0)

    const other = { ...ADDED, '999-other': statements('create table other ()') }
    await assert.rejects(migrateOn(url('owner5'), other), /999-other .* stop all of them first/)
    assert.deepEqual(await Promise.all([running.stop(), second.stop()]), [0, 0])
    await migrateOn(url('owner5'), other)
    for (const command of [['serve'], ['keys', 'list']]) {
      const refused = await runGateway(command, settings)
      assert.equal(refused.code, 2, command.join(' '))
      assert.match(refused.stderr, /the database was written by a newer version/)
    }
  })

  it('ends when it was stopped for longer than its lease, and wakes on tables that it does not know', async () => {
    await using folder = await makeFolder()
    const server = await durablePostgres()
    const admin = { DATABASE_URL: server.url('postgres'), DATA_DIR: folder.path }
    const names = ['--owner', 'owner6', '--service', 's6', '--database', 'd6']
    assert.equal((await runGateway(['db', 'setup', '--run', ...names], admin)).code, 0)
    const url = (user: string) => server.url('d6').replace('postgres@', `${user}@`)
    const owner = { DATABASE_URL: url('owner6'), DATA_DIR: folder.path }
    assert.equal((await runGateway(['db', 'migrate', '--service', 's6'], owner)).code, 0)
    const settings = { PORT: '0', DATABASE_URL: url('s6'), DATA_DIR: folder.path }
    const said: string[] = []
    const launched = launchGateway(
      { ...settings, SALE_LEASE_MS: '1000' },
      { onStderr: (text) => void said.push(text) },
    )
    await using running = await launched.ready
    process.kill(running.pid, 'SIGSTOP')
    await queryOnce(server.url('d6'), OVER)
    await migrateOn(url('owner6'), { '999-other': statements('create table other ()') }, 'owner6')
    process.kill(running.pid, 'SIGCONT')
    assert.equal(await running.ended, 1)
    assert.match(said.join(''), /"level":60.*the database was written by a newer version/)
  })
})
