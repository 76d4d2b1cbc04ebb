// A gateway whose PostgreSQL comes back without the last commits: it ends at once, and starts no more before a person has accepted that.

import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, it } from 'node:test'
import { startHeard } from '../../support/gateway/heard-gateway.ts'
import { makeFolder, runGateway } from '../../support/gateway/run-gateway.ts'
import { openCutProxy } from '../../support/postgres/cut-proxy.ts'
import { startReplica } from '../../support/postgres/replica.ts'
import { startPostgres } from '../../support/postgres/test-postgres.ts'
import { until } from '../../support/time/until.ts'

/** A gateway serves on nothing less. */
const DURABLE = { fsync: 'on', full_page_writes: 'on' }

const REFUSED =
  /^The log is not what its newest checkpoint says: the log has (\d+) events, this gateway has seen (\d+)\.$/m

describe('A gateway whose database comes back as an asynchronous standby without the last commits', () => {
  it('ends with the text of a log that was cut, refuses to start, and starts once that is accepted', async () => {
    const [primary, folder] = await Promise.all([startPostgres(DURABLE), makeFolder()])
    await using _folder = folder
    const url = await primary.newDatabase()
    await using stream = await openCutProxy(url)
    const replica = await startReplica(primary, stream.url, DURABLE)
    await using proxy = await openCutProxy(url)
    const settings = {
      ...{ DATABASE_URL: proxy.url(url), DATA_DIR: folder.path, PORT: '0' },
      ...{ CRM: 'fake', LOG_LEVEL: 'fatal', SALE_LEASE_MS: '2000' },
    }
    await using gateway = await startHeard(settings)
    const known = () =>
      readFile(path.join(folder.path, 'known-log'), 'utf8').then(Number.parseInt, () => 0)
    /** Another process adds an event, and the gateway sees it. */
    const add = async (before: number) => {
      const key = ['keys', 'create', '--name', 'web', '--scope', 'sales:read']
      assert.equal((await runGateway(key, { ...settings, DATABASE_URL: url })).code, 0)
      await until('the event is seen', async () => (await known()) > before)
    }
    await add(0)
    const before = await known()
    stream.refuse()
    stream.cut()
    await add(before)

    await primary.kill()
    await replica.promote()
    proxy.moveTo(replica.url('postgres'))
    await until('it has ended', () => gateway.exitCode() !== null)
    assert.equal(gateway.exitCode(), 1)
    const [, has, seen] = REFUSED.exec(gateway.said()) ?? []
    assert.ok(Number(has) < Number(seen), gateway.said())

    const again = await runGateway(['serve'], settings)
    assert.deepEqual([again.code, REFUSED.test(again.stderr)], [1, true], again.stderr)
    const accept = ['audit', 'accept-loss', '--reason', 'the machine burnt']
    // Until its lease is over, the gateway that ended counts as one that serves.
    await until('the loss is accepted', async () => (await runGateway(accept, settings)).code === 0)
    await using after = await startHeard(settings)
    assert.equal(after.exitCode(), null)
    await Promise.all([primary.stop(), replica.stop()])
  })
})
