// The commands over a database in a PostgreSQL server: each works, or says in one line what to use instead.

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type Run, runGateway } from '../../../support/gateway/run-gateway.ts'
import { durablePostgres } from './durable-postgres.ts'

describe('The commands', () => {
  function gateway(url: string, ...args: readonly string[]): Promise<Run> {
    return runGateway(args, { DATABASE_URL: url, DATA_DIR: '/nowhere', LOG_LEVEL: 'warn' })
  }

  it('make, list, rotate and revoke keys', async () => {
    const url = await (await durablePostgres()).newDatabase()
    const refused = await gateway(url, 'keys', 'list')
    assert.deepEqual([refused.code, refused.stdout], [2, ''])
    assert.match(
      refused.stderr,
      /^postgres:\S+ has no tables of the gateway: run gateway db migrate with/,
    )
    const made = await gateway(
      url,
      '--create',
      'keys',
      'create',
      '--name',
      'web',
      '--scope',
      'sales:read',
    )
    assert.equal(made.code, 0, made.stderr)
    const listed = await gateway(url, 'keys', 'list', '--json')
    const [key] = JSON.parse(listed.stdout)
    assert.equal(key.client, 'web')
    const rotated = await gateway(url, 'keys', 'rotate', key.id, '--overlap', '1d', '--json')
    assert.equal(JSON.parse(rotated.stdout).replaces, key.id)
    assert.equal((await gateway(url, 'keys', 'revoke', key.id)).code, 0)
  })
})
