// A standby that takes over: with all commits nothing is lost, and without the last ones it is refused.

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { makeKnownLogFile } from '../../../../src/adapters/disk/known-log-file.ts'
import { makeLogWriter } from '../../../../src/adapters/sql/log/rows/log-writer.ts'
import { errorCode } from '../../../../src/application/base/errors.ts'
import { LogDiffers, makeKnownLog } from '../../../../src/application/checkpoints/known-log.ts'
import { makeWatchLog, whyNotKnown } from '../../../../src/application/checkpoints/watch-log.ts'
import { now } from '../../../support/examples/sale-examples.ts'
import * as a from '../../../support/examples/store-examples.ts'
import { ManualClock } from '../../../support/fakes/manual-clock.ts'
import { makeFolder } from '../../../support/gateway/run-gateway.ts'
import { assertTreeIsThatOfTheEvents } from '../../../support/log/assert-tree.ts'
import { openCutProxy } from '../../../support/postgres/cut-proxy.ts'
import { REPLICA, startReplica } from '../../../support/postgres/replica.ts'
import { queryOnce, startPostgres } from '../../../support/postgres/test-postgres.ts'
import { until } from '../../../support/time/until.ts'
import { connect, migratedDatabase } from '../open-stores.ts'

const LIMITS = { connectMs: 2_000, lockMs: 3_000, transactionIdleMs: 700, answerMs: 5_000 }

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined }

/** A primary and its standby; gateways reach the one that the proxy leads to, and the standby its primary by `stream`. */
async function setUp({ isSynchronous }: { readonly isSynchronous: boolean }) {
  const [primary, folder] = await Promise.all([startPostgres(), makeFolder()])
  const url = await migratedDatabase(primary)
  const stream = await openCutProxy(url)
  const replica = await startReplica(primary, stream.url)
  if (isSynchronous) {
    const run = (text: string) => queryOnce(primary.url('postgres'), text)
    await run(`alter system set synchronous_standby_names = '${REPLICA}'`)
    await run('select pg_reload_conf()')
  }
  const proxy = await openCutProxy(url)
  const file = makeKnownLogFile(`${folder.path}/known-log`)
  const opened: AsyncDisposable[] = []

  /** A gateway, with what it knows of the log. */
  function gateway() {
    const known = makeKnownLog()
    const stores = connect(proxy.url(url), LIMITS, (database) =>
      makeLogWriter(database, setImmediate, undefined, { known }),
    )
    opened.push(stores)
    const { tree } = stores
    const watch = makeWatchLog({ tree, known, file, clock: new ManualClock(), logger: silent })
    const begin = (number: number) =>
      stores.sales.begin(a.firstOf(a.saleIdOf(number)), undefined, now)
    return { stores, watch, begin, whyNot: () => whyNotKnown(tree, file) }
  }

  return {
    gateway,
    proxy,
    async isWaiting() {
      const waiting = `select from pg_stat_activity where wait_event = 'SyncRep'`
      return (await queryOnce(primary.url('postgres'), waiting)).length > 0
    },
    /** The standby has all so far, and gets nothing more. */
    async stopStream() {
      await until('the standby has all', async () => {
        const behind = 'select from pg_stat_replication where flush_lsn < pg_current_wal_lsn()'
        return (await queryOnce(primary.url('postgres'), behind)).length === 0
      })
      stream.refuse()
      stream.cut()
    },
    /** The primary ends as by a power cut, and the standby takes its place. */
    async failOver() {
      await primary.kill()
      await replica.promote()
      proxy.moveTo(replica.url('postgres'))
    },
    async [Symbol.asyncDispose]() {
      for (const one of [...opened, proxy, stream]) await one[Symbol.asyncDispose]()
      await Promise.all([primary.stop(), replica.stop(), folder[Symbol.asyncDispose]()])
    },
  }
}

const isUnavailable = (error: unknown) => errorCode(error) === 'unavailable'

const isRefused = (why: RegExp) => (error: unknown) => {
  assert.ok(error instanceof LogDiffers, String(error))
  assert.equal(errorCode(error), 'lost')
  assert.match(error.why, why)
  return true
}

describe('A standby that takes over in the middle of writes', () => {
  it('has all that was answered, once, where commits wait for it', async () => {
    await using place = await setUp({ isSynchronous: true })
    const { proxy } = place
    const [one, other] = [place.gateway(), place.gateway()]
    await Promise.all([1, 2, 3].flatMap((number) => [one.begin(number), other.begin(number + 10)]))
    const connections = proxy.open()

    // The standby has it, and its answer is lost.
    proxy.cutAt('commit', 'after the server has answered')
    proxy.refuse()
    const answered = one.begin(4)
    await until('the answer is lost', () => proxy.open() < connections)
    // The primary has it, and waits for the standby.
    await place.stopStream()
    const unanswered = assert.rejects(other.begin(14), isUnavailable)
    await until('a commit waits', place.isWaiting)
    await place.failOver()
    proxy.accept()

    assert.equal(await answered, undefined)
    await unanswered
    await Promise.all([one.begin(5), other.begin(14)])
    for (const { watch } of [one, other]) await watch.look()
    assert.equal(await one.stores.tree.size(), 9)
    await assertTreeIsThatOfTheEvents(one.stores)
    assert.equal(await place.gateway().whyNot(), undefined)
  })

  it('is refused where it is shorter than what a gateway has seen, or another log of that length', async () => {
    await using place = await setUp({ isSynchronous: false })
    const [one, other] = [place.gateway(), place.gateway()]
    for (const number of [1, 2]) await one.begin(number)
    await place.stopStream()
    for (const number of [3, 4]) await one.begin(number)
    await other.watch.look()
    await place.failOver()
    const shorter = /^the log has 2 events, this gateway has seen 4$/
    for (const gateway of [one, other]) {
      await assert.rejects(gateway.watch.look(), isRefused(shorter))
      await assert.rejects(gateway.begin(5), isRefused(shorter))
      await assert.rejects(gateway.stores.outbox.put(a.mailOf(a.saleIdOf(5))), isRefused(shorter))
    }
    const unaware = place.gateway()
    assert.match((await unaware.whyNot()) ?? '', shorter)
    assert.equal(await unaware.stores.tree.size(), 2)

    for (const number of [5, 6, 7]) await unaware.begin(number)
    const another = /^the log has 5 events, and event 4 is not the one that this gateway has seen$/
    await assert.rejects(one.begin(8), isRefused(another))
    await assert.rejects(other.watch.look(), isRefused(another))
    assert.match((await place.gateway().whyNot()) ?? '', /its first 4 are not those/)
    assert.equal(await unaware.stores.tree.size(), 5)
  })
})
