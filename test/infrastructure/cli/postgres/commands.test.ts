// The commands over a database in a PostgreSQL server: each works, or says in one line what to use instead.

import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import path from 'node:path'
import { describe, it } from 'node:test'
import { makeKnownLogFile } from '../../../../src/adapters/disk/known-log-file.ts'
import { sha256 } from '../../../../src/domain/log/hash.ts'
import { readConfig } from '../../../../src/infrastructure/config/config.ts'
import { requirePostgres } from '../../../../src/infrastructure/config/database-settings.ts'
import { makeClient } from '../../../../src/infrastructure/demo/client.ts'
import { startGateway } from '../../../../src/infrastructure/demo/gateway-process.ts'
import { openPostgresStore } from '../../../../src/infrastructure/service/open-store.ts'
import { now } from '../../../support/examples/sale-examples.ts'
import * as a from '../../../support/examples/store-examples.ts'
import { SALE } from '../../../support/gateway/http-requests.ts'
import { makeFolder, runGateway } from '../../../support/gateway/run-gateway.ts'
import { queryOnce } from '../../../support/postgres/test-postgres.ts'
import { durablePostgres } from './durable-postgres.ts'

/** An empty database, and a folder of its own for what a gateway keeps beside it. */
async function makePlace() {
  const [folder, server] = await Promise.all([makeFolder(), durablePostgres()])
  const url = await server.newDatabase()
  const settings = { DATABASE_URL: url, DATA_DIR: folder.path, LOG_LEVEL: 'warn' }
  const gateway = (...args: readonly string[]) => runGateway(args, settings)
  return { ...folder, url, gateway }
}

const CREATE = ['--create', 'keys', 'create', '--name', 'web', '--scope', 'sales:read', '--json']

describe('On PostgreSQL', () => {
  it('keys are made, listed, rotated and revoked', async () => {
    await using place = await makePlace()
    const { gateway } = place
    const refused = await gateway('keys', 'list')
    assert.deepEqual([refused.code, refused.stdout], [2, ''])
    assert.match(
      refused.stderr,
      /^postgres:\S+ has no tables of the gateway: run gateway db migrate with the owner's URL\n$/,
    )
    const made = await gateway(...CREATE)
    assert.equal(made.code, 0, made.stderr)
    const { id } = JSON.parse(made.stdout)
    const rotated = await gateway('keys', 'rotate', id, '--overlap', '1d', '--json')
    assert.equal(JSON.parse(rotated.stdout).replaces, id)
    assert.equal((await gateway('keys', 'revoke', id)).code, 0)
    const [first, second] = JSON.parse((await gateway('keys', 'list', '--json')).stdout)
    assert.deepEqual([first.client, second.client], ['web', 'web'])
    assert.deepEqual(readdirSync(place.path), [])
  })

  it('the log is signed, verified and exported, and what was changed in it is found', async () => {
    await using place = await makePlace()
    const { gateway, url } = place
    assert.equal((await gateway(...CREATE)).code, 0)
    const signed = await gateway('audit', 'checkpoint', '--json')
    assert.deepEqual([signed.code, JSON.parse(signed.stdout).size], [0, 1])
    const verified = await gateway('audit', 'verify')
    assert.equal(verified.code, 0, verified.stdout)
    assert.match(verified.stdout, /^Log +postgres:\/\/\S+$/m)
    assert.match(verified.stdout, /^Anchors +none/m)
    const bundle = path.join(place.path, 'bundle')
    const days = ['--from', '2020-01-01', '--to', '2120-01-01']
    const exported = await gateway('audit', 'export', ...days, '--out', bundle)
    assert.equal(exported.code, 0, exported.stderr)
    const key = (await gateway('audit', 'key')).stdout.trim()
    const judged = await gateway('audit', 'verify', '--bundle', bundle, '--key', key)
    assert.match(judged.stdout, /^Result +nothing is wrong$/m)

    await queryOnce(url, 'drop trigger event_append_only on event')
    await queryOnce(url, "update event set body = replace(body, 'web', 'wob')")
    const found = await gateway('audit', 'verify', '--json')
    const places = JSON.parse(found.stdout).findings.map(({ place }: { place: string }) => place)
    assert.equal(found.code, 1)
    assert.deepEqual([...new Set(places)].toSorted(), [
      'checkpoint 1 to 2',
      'checkpoints.db',
      'position 1',
      'position 2',
      'schema',
    ])
  })

  it('sales are listed, shown and resumed, and their records looked for, beside who serves', async () => {
    await using place = await makePlace()
    const { gateway, url } = place
    const settings = { DATABASE_URL: url, DATA_DIR: place.path, LOG_LEVEL: 'warn', PORT: '0' }
    await using serving = await startGateway(settings)
    const key = (await gateway('keys', 'create', '--name', 'web', '--scope', 'admin')).stdout.trim()
    assert.equal((await makeClient(serving.url, key).sell(SALE))?.status, 200)

    const { saleId, status } = JSON.parse((await gateway('sales', 'list', '--json')).stdout)
    assert.equal(status, 'completed')
    const shown = await gateway('sales', 'show', saleId.slice(-8))
    assert.match(shown.stdout, /^ +\+\d\.\d{3} s +SaleCompleted$/m)
    const resumed = await gateway('sales', 'resume', saleId)
    assert.deepEqual([resumed.code, resumed.stdout], [1, ''])
    assert.match(resumed.stderr, /is completed\. There is nothing left to do for it\.$/m)
    const orphans = await gateway('zoho', 'orphans')
    assert.equal(orphans.code, 0, orphans.stderr)
    assert.equal((await gateway('zoho', 'check')).code, 0)

    const accepted = await gateway('audit', 'accept-loss', '--reason', 'a trial')
    assert.equal(accepted.code, 2)
    assert.match(accepted.stderr, /^postgres:\S+ is being served by another process\.\n$/)
    assert.equal(await serving.stop(), 0)
    const whole = await gateway('audit', 'accept-loss', '--reason', 'a trial')
    assert.equal(whole.code, 1)
    assert.match(whole.stderr, /nothing is lost/)
    assert.equal((await gateway('audit', 'verify')).code, 0)
  })

  it('a log that came back shorter is taken as it is by the role of the service, and its unfinished sales are held', async () => {
    await using folder = await makeFolder()
    const server = await durablePostgres()
    const as = (role: string) => server.url('d7').replace('postgres@', `${role}@`)
    const run = (DATABASE_URL: string, ...args: readonly string[]) =>
      runGateway(args, { DATABASE_URL, DATA_DIR: folder.path })
    const names = ['--owner', 'o7', '--service', 's7', '--database', 'd7']
    assert.equal((await run(server.url('postgres'), 'db', 'setup', '--run', ...names)).code, 0)
    assert.equal((await run(as('o7'), 'db', 'migrate', '--service', 's7')).code, 0)
    const read = readConfig({ DATABASE_URL: as('s7') })
    assert.ok(read.ok)
    const store = await openPostgresStore(requirePostgres(read.config), false)
    await store.sales.begin(a.firstOf(a.saleIdOf(1)), undefined, now)
    await store.close()
    assert.equal((await run(as('s7'), 'audit', 'checkpoint')).code, 0)
    const seen = { size: 9, root: sha256('of a log that is lost') }
    await makeKnownLogFile(path.join(folder.path, 'known-log')).write(seen)
    const refused = await run(as('s7'), 'serve')
    assert.deepEqual([refused.code, refused.stdout], [1, ''])
    assert.match(refused.stderr, /the log has 1 events, this gateway has seen 9/)

    const held = /^1 unfinished sale is held until named: .* gateway sales resume 019ab123-\S+$/m
    const accepted = await run(as('s7'), 'audit', 'accept-loss', '--reason', 'promoted')
    assert.equal(accepted.code, 0, accepted.stderr)
    assert.match(accepted.stderr, held)
    const listed = await run(as('s7'), 'sales', 'list', '--json')
    assert.deepEqual([listed.code, JSON.parse(listed.stdout).saleId], [0, a.saleIdOf(1)])
    assert.match(listed.stderr, held)
  })

  it('all that needs the database says in one line where it is not reached, and makes no file', async () => {
    await using folder = await makeFolder()
    const DATABASE_URL = 'postgres://gateway:canary@127.0.0.1:1/gateway'
    const commands = [
      ['keys', 'list'],
      ['sales', 'list'],
      ['audit', 'checkpoint'],
      ['audit', 'accept-loss', '--reason', 'x'],
      ['db', 'migrate'],
    ]
    const ran = commands.map((args) => runGateway(args, { DATABASE_URL, DATA_DIR: folder.path }))
    for (const { code, stdout, stderr } of await Promise.all(ran)) {
      assert.deepEqual([code, stdout], [1, ''])
      assert.match(stderr, /^[a-z ]+: the database cannot be reached: connect ECONNREFUSED \S+\n$/)
    }
    assert.deepEqual(readdirSync(folder.path), [])
  })
})
