// What the doctor says of a database in a PostgreSQL server.

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Diagnosis } from '../../../../src/infrastructure/cli/doctor/diagnosis.ts'
import { lookIntoLog } from '../../../../src/infrastructure/cli/doctor/log-under-look.ts'
import { readConfig } from '../../../../src/infrastructure/config/config.ts'
import { requirePostgres } from '../../../../src/infrastructure/config/database-settings.ts'
import { migrateTables } from '../../../../src/infrastructure/postgres/migrate-tables.ts'
import { setUpServer } from '../../../../src/infrastructure/postgres/set-up-server.ts'
import { ManualClock } from '../../../support/fakes/manual-clock.ts'
import { makeFolder, runGateway } from '../../../support/gateway/run-gateway.ts'
import { queryOnce, sharedPostgres } from '../../../support/postgres/test-postgres.ts'
import { durablePostgres } from './durable-postgres.ts'

function configOf(url: string, role?: string) {
  const DATABASE_URL = role === undefined ? url : url.replace('postgres@', `${role}@`)
  const read = readConfig({ DATABASE_URL })
  assert.ok(read.ok)
  return read.config
}

/** A database of a role that owns its tables and of one that serves, both of this name. */
async function makeDatabase(name: string): Promise<string> {
  const server = await durablePostgres()
  const names = { owner: `${name}_owner`, service: `${name}_service`, database: name }
  await setUpServer(requirePostgres(configOf(server.url('postgres'))), names)
  const owner = requirePostgres(configOf(server.url(name), names.owner))
  await migrateTables(owner, names.service, { clock: new ManualClock(), onLocked: assert.fail })
  return server.url(name)
}

/** What the checks of the database say: what it is like, the rights, and who serves. */
async function lookAt(url: string, role?: string): Promise<readonly Diagnosis[]> {
  const { diagnosis, store, rights, instances } = await lookIntoLog(configOf(url, role))
  const more = [await rights?.(), await instances?.()]
  await store?.close()
  return [diagnosis, ...more.filter((one) => one !== undefined)]
}

function said(diagnoses: readonly Diagnosis[]): readonly string[] {
  return diagnoses.map(({ state, seen }) => `${state} ${seen}`)
}

describe('The doctor of PostgreSQL', () => {
  it('is content with a service that may add to the log, and names who serves', async () => {
    const url = await makeDatabase('well')
    const [database, rights, nobody] = said(await lookAt(url, 'well_service'))
    assert.match(database ?? '', /^ok postgres:\S+: PostgreSQL \d+\.\d+, without TLS, 0 events$/)
    assert.equal(rights, 'ok well_service may add to the log, and not change it')
    assert.equal(nobody, 'ok none has a lease')
    await queryOnce(
      url,
      `insert into instance (name, lease_until) values ('a', 0),
        ('b', (extract(epoch from clock_timestamp()) * 1000 + 60000)::bigint)`,
    )
    assert.equal(said(await lookAt(url, 'well_service'))[2], 'ok 1: b')

    await using folder = await makeFolder()
    const DATABASE_URL = url.replace('postgres@', 'well_service@')
    const ran = await runGateway(['doctor'], { DATABASE_URL, DATA_DIR: folder.path })
    assert.equal(ran.code, 0, ran.stdout)
    assert.match(ran.stdout, /^ok {4}rights {6}well_service may add/m)
    assert.match(ran.stdout, /^ok {4}instances {3}1: b$/m)
  })

  it('warns of a role that may change the log, and fails where one lacks a right', async () => {
    const url = await makeDatabase('odd')
    const [, owner] = await lookAt(url, 'odd_owner')
    assert.equal(owner?.state, 'warn')
    assert.match(owner?.seen ?? '', /^odd_owner may change the log: update event, delete event, /)
    assert.match(owner?.remedy ?? '', /gateway db setup/)
    await queryOnce(url, 'grant update on event to odd_service')
    const [, granted] = said(await lookAt(url, 'odd_service'))
    assert.equal(granted, 'warn odd_service may change the log: update event')
    await queryOnce(url, 'revoke insert on sale from odd_service')
    const [, lacking] = await lookAt(url, 'odd_service')
    assert.equal(lacking?.seen, 'odd_service lacks the right insert sale')
    assert.match(lacking?.remedy ?? '', /^gateway db migrate --service odd_service, with the owner/)
  })

  it('warns of tables that are not there, and fails for those of a newer version', async () => {
    const server = await durablePostgres()
    const empty = await server.newDatabase()
    const [none, ...more] = await lookAt(empty)
    assert.match(none?.seen ?? '', / has no tables yet$/)
    assert.deepEqual([none?.state, more], ['warn', []])
    const url = await makeDatabase('new')
    await queryOnce(url, "insert into kysely_migration values ('999-later', '2030-01-01')")
    const [newer] = await lookAt(url)
    assert.equal(newer?.state, 'fail')
    assert.match(newer?.seen ?? '', / was written by a newer version$/)
  })

  it('fails where a commit may be lost, where there is no such role, and where nobody listens', async () => {
    const undurable = await (await sharedPostgres()).newDatabase()
    const [off] = await lookAt(undurable)
    assert.match(off?.seen ?? '', /: the database has these turned off: fsync, full_page_writes$/)
    const server = await durablePostgres()
    const [unknown] = await lookAt(server.url('postgres'), 'nobody')
    assert.match(unknown?.seen ?? '', /: the database refused the user or the password/)
    assert.match(unknown?.remedy ?? '', /^Mend DATABASE_URL/)
    const [nowhere] = await lookAt('postgresql://postgres@127.0.0.1:1/postgres')
    assert.match(nowhere?.seen ?? '', /: the database cannot be reached/)
    for (const one of [off, unknown, nowhere]) assert.equal(one?.state, 'fail')
  })
})
