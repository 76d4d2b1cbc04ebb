// The commands that make roles and tables in a PostgreSQL server, with the roles that are to use them.

import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { describe, it } from 'node:test'
import { makeFolder, runGateway } from '../../../support/gateway/run-gateway.ts'
import { queryOnce } from '../../../support/postgres/test-postgres.ts'
import { durablePostgres } from './durable-postgres.ts'

const INSERT = ['keys', 'create', '--name', 'web', '--scope', 'sales:read']

/** Runs `gateway` as a role, on one of the databases of the server. */
async function gatewayAs(role: string, database: string, ...args: readonly string[]) {
  await using folder = await makeFolder()
  const url = (await durablePostgres()).url(database).replace('postgres@', `${role}@`)
  const ran = await runGateway(args, { DATABASE_URL: url, DATA_DIR: folder.path })
  assert.deepEqual(readdirSync(folder.path), [], args.join(' '))
  return ran
}

describe('gateway db setup', () => {
  it('prints SQL without a password that makes the roles and the database', async () => {
    const printed = await runGateway(
      ['db', 'setup', '--owner', 'o1', '--service', 's1', '--database', 'd1'],
      {},
    )
    assert.deepEqual([printed.code, printed.stderr], [0, ''])
    assert.doesNotMatch(printed.stdout, /[^\\]password '/)
    const server = await durablePostgres()
    for (const line of printed.stdout.split('\n')) {
      if (!line.startsWith('--')) await queryOnce(server.url('postgres'), line)
    }
    const made = await gatewayAs('o1', 'd1', 'db', 'migrate', '--service', 's1', '--json')
    assert.equal(made.code, 0, made.stderr)
    assert.equal((await gatewayAs('s1', 'd1', ...INSERT)).code, 0)
  })

  it('makes with --run what is not there, as an administrator who is no superuser', async () => {
    const server = await durablePostgres()
    await queryOnce(server.url('postgres'), 'create role admin2 login createrole createdb')
    const names = ['--owner', 'o2', '--service', 's2', '--database', 'd2']
    const setUp = () => gatewayAs('admin2', 'postgres', 'db', 'setup', '--run', '--json', ...names)
    const first = await setUp()
    assert.deepEqual(
      [first.code, JSON.parse(first.stdout || '{}').made, first.stderr.split('\n')[0]],
      [0, ['role o2', 'role s2', 'database d2'], 'Made: role o2, role s2, database d2.'],
      first.stderr,
    )
    assert.match(first.stderr, /^ {2}\\password o2\n {2}\\password s2$/m)
    const again = await setUp()
    assert.deepEqual([again.code, JSON.parse(again.stdout).made], [0, []])
    const members = "select from pg_auth_members where roleid = 'o2'::regrole and set_option"
    assert.deepEqual(await queryOnce(server.url('postgres'), members), [])
    const refused = await gatewayAs('s2', 'd2', 'db', 'setup', '--run', '--owner', 'o3')
    assert.equal(refused.code, 2)
    assert.match(refused.stderr, /the user of the database lacks a right/)
  })

  it('takes one name for one role only, and nothing that needs quotes', async () => {
    for (const names of [
      ['--owner', 'gateway'],
      ['--database', 'a"; drop'],
      ['--service', 'Gateway'],
    ]) {
      assert.equal((await runGateway(['db', 'setup', ...names], {})).code, 2, names.join(' '))
    }
  })
})

describe('gateway db migrate', () => {
  it('makes the tables as the owner, who alone may, and gives the service its rights again', async () => {
    const server = await durablePostgres()
    const names = ['--owner', 'o4', '--service', 's4', '--database', 'd4']
    await gatewayAs('postgres', 'postgres', 'db', 'setup', '--run', ...names)
    const early = await gatewayAs('s4', 'd4', ...INSERT)
    assert.deepEqual([early.code, early.stdout], [2, ''])
    assert.match(early.stderr, /^postgres:\S+ has no tables of the gateway: run gateway db migrate/)
    const notOwner = await gatewayAs('s4', 'd4', 'db', 'migrate')
    assert.equal(notOwner.code, 2)
    assert.match(notOwner.stderr, /this role may not change its tables: run gateway db migrate/)

    const unknown = await gatewayAs('o4', 'd4', 'db', 'migrate', '--service', 'nobody4')
    assert.deepEqual([unknown.code, unknown.stdout], [2, ''])
    assert.match(unknown.stderr, /there is no role nobody4: gateway db setup makes it/)
    const owner = await gatewayAs('o4', 'd4', 'db', 'migrate', '--service', 'o4')
    assert.match(owner.stderr, /the role o4 owns the tables/)
    const first = await gatewayAs('o4', 'd4', 'db', 'migrate', '--service', 's4', '--json')
    assert.deepEqual(JSON.parse(first.stdout).services, ['s4'])
    assert.equal((await gatewayAs('s4', 'd4', ...INSERT)).code, 0)

    await queryOnce(server.url('d4'), 'revoke all on api_key from s4')
    assert.equal((await gatewayAs('s4', 'd4', 'keys', 'list')).code, 2)
    const again = await gatewayAs('o4', 'd4', 'db', 'migrate', '--json')
    const { made, services } = JSON.parse(again.stdout)
    assert.deepEqual([again.code, made, services], [0, [], ['s4']])
    assert.equal((await gatewayAs('s4', 'd4', 'keys', 'list')).code, 0)
  })

  it('is for PostgreSQL, as db backup and db restore are for a file', async () => {
    await using folder = await makeFolder()
    const onFile = await runGateway(['db', 'migrate'], { DATA_DIR: folder.path })
    assert.deepEqual([onFile.code, onFile.stdout], [2, ''])
    assert.match(onFile.stderr, /^this is for PostgreSQL: set DATABASE_URL/)
    for (const [command, instead] of [
      ['backup', /: use pg_dump, or base backups with the write-ahead log: docs\/scaling.md\n$/],
      [
        'restore',
        /: use pg_restore, or a base backup, then gateway audit verify: docs\/scaling.md\n$/,
      ],
    ] as const) {
      const refused = await gatewayAs('postgres', 'postgres', 'db', command, `${folder.path}/x`)
      assert.deepEqual([refused.code, refused.stdout], [2, ''])
      assert.match(refused.stderr, instead)
    }
    assert.deepEqual(readdirSync(folder.path), [])
  })
})
