// The machine is suspended, or its clock is set, while the service runs.

import assert from 'node:assert/strict'
import path from 'node:path'
import { describe, it } from 'node:test'
import { openCheckpointFile } from '../../../src/adapters/sqlite/checkpoints/checkpoint-file.ts'
import { AppError } from '../../../src/application/base/errors.ts'
import { msBetween, plusMs } from '../../../src/domain/time.ts'
import { openStore } from '../../../src/infrastructure/service/open-store.ts'
import { operator } from '../../support/examples/store-examples.ts'
import {
  calls,
  FAILED,
  get,
  live,
  post,
  SUCCESS,
  saleIdOf,
  untilEvent,
} from '../../support/gateway/http-requests.ts'
import { makeFolder } from '../../support/gateway/run-gateway.ts'
import { makeTestService, type TestService } from '../../support/gateway/test-service.ts'
import { signer, verifiedOf } from '../../support/log/audit-log.ts'
import { readable } from '../../support/log/readable.ts'

const HOUR_MS = 3_600_000
const MINUTE_MS = 60_000
const SETTLE_MS = 2 * MINUTE_MS

async function logged(t: TestService) {
  return readable(await t.store.saleReader.events(0, 1_000))
}

/** A key of the client `shop` that expires so many milliseconds from now. */
async function keyFor({ store, time }: TestService, ms: number): Promise<string> {
  const createdAt = time.clock.now()
  const dates = { createdAt, expiresAt: plusMs(createdAt, ms) }
  const scopes = ['sales:create', 'sales:read'] as const
  return (await store.keys.create({ client: 'shop', scopes, ...dates }, operator)).key
}

describe('A machine that was suspended for three hours', () => {
  it('lets an expired key in no more, from the first request on, and says so after the jump', async () => {
    await using t = await makeTestService()
    const key = await keyFor(t, HOUR_MS)
    assert.equal((await get(t, key, '/sales')).statusCode, 200)
    t.time.jump(3 * HOUR_MS)
    const at = t.time.clock.now()
    assert.equal((await get(t, key, '/sales')).statusCode, 401)
    await t.time.pass(2 * MINUTE_MS)
    const events = (await logged(t)).slice(-2)
    assert.deepEqual(
      events.map(({ type }) => type),
      ['ClockJumped', 'SignInsFailed'],
    )
    assert.deepEqual(events[0]?.data, { byMs: 3 * HOUR_MS, jumps: 1 })
    assert.ok(Date.parse(events[0]?.at ?? '') - at < 1_000)
    const lines = t.logLines.filter((line) => line.includes('the clock of this machine jumped'))
    assert.equal(lines.length, 1)
  })

  it('rolls back the sale that it was in the middle of: nobody waits for its answer any more', async () => {
    await using t = await makeTestService({ SALE_DEADLINE_MS: '30000' })
    t.fake.faults.add({ operation: 'create:Quotes', kind: { type: 'timeoutBefore' } })
    const posted = post(t, await t.key('shop', 'sales:create'))
    await t.time.until('the Quote is sent', () => calls(t, 'create:Quotes').length === 1)
    t.time.jump(3 * HOUR_MS)
    const answer = await posted
    assert.deepEqual([answer.statusCode, answer.body], [500, FAILED])
    assert.equal(answer.headers['sale-failure'], 'deadline')
    await untilEvent(t, saleIdOf(answer), 'SaleRolledBack')
    assert.deepEqual(live(t), [0, 0, 0])
  })

  it('takes new sales at once, with the time that it is', async () => {
    await using t = await makeTestService()
    const key = await t.key('shop', 'sales:create')
    assert.equal((await post(t, key)).body, SUCCESS)
    t.time.jump(3 * HOUR_MS)
    const at = t.time.clock.now()
    assert.equal((await post(t, key)).body, SUCCESS)
    const requested = (await logged(t)).filter(({ type }) => type === 'SaleRequested')
    assert.equal(Date.parse(requested[1]?.at ?? ''), at)
    // The old token had expired meanwhile.
    assert.equal(calls(t, 'token').length, 2)
  })
})

describe('A clock that is set while the service runs', () => {
  for (const [how, byMs] of [
    ['forward', 3 * HOUR_MS],
    ['back', -3 * HOUR_MS],
  ] as const) {
    it(`${how} moves no second look, and leaves a log that is as it should be`, async () => {
      await using folder = await makeFolder()
      const files = {
        db: path.join(folder.path, 'a.db'),
        checkpoints: path.join(folder.path, 'checkpoint'),
      }
      const store = await openStore(files.db)
      const file = openCheckpointFile(files.checkpoints)
      {
        const given = { store, audit: { signer, file } }
        await using t = await makeTestService({ ZOHO_SETTLE_MS: String(SETTLE_MS) }, given)
        for (const module of ['Deals', 'Quotes'] as const) {
          const kind = { type: module === 'Deals' ? 'timeoutAfter' : 'refuse' } as const
          t.fake.faults.add({ operation: `create:${module}`, kind })
        }
        const answer = await post(t, await t.key('shop', 'sales:create'))
        assert.equal(answer.body, FAILED)
        const saleId = saleIdOf(answer)
        const decided = t.time.clock.instant()
        t.time.jump(byMs)
        await untilEvent(t, saleId, 'SaleRolledBack')
        const waitedMs = msBetween(decided, t.time.clock.instant())
        assert.ok(Math.abs(waitedMs - SETTLE_MS) < 5_000, `${waitedMs} ms`)
        assert.deepEqual(live(t), [0, 0, 0])
        const auditor = await t.key('auditor', 'audit:read')
        const basic = `Basic ${Buffer.from(`auditor:${auditor}`).toString('base64')}`
        const url = `/audit/sales/${saleId}`
        const page = await t.time.during(
          t.server.inject({ url, headers: { authorization: basic } }),
        )
        assert.equal(page.statusCode, 200)
        assert.doesNotMatch(page.body, /NaN|Infinity|width:-/)
      }
      await store.close()
      file.close()
      const { findings } = await verifiedOf(files)
      assert.deepEqual(findings, [])
    })
  }

  it('back puts off no mail, no token and no checkpoint for as long', async () => {
    let isDown = true
    const sent: number[] = []
    await using t = await makeTestService(
      {},
      {
        mailer: {
          async send() {
            if (isDown) throw new AppError('unavailable', 'mail: not accepted by the server')
            sent.push(1)
            return { way: 'smtp', recipients: 1 }
          },
        },
      },
    )
    const key = await t.key('shop', 'sales:create')
    t.fake.faults.add({ operation: 'create:Deals', kind: { type: 'refuse' } })
    assert.equal((await post(t, key)).body, FAILED)
    await t.time.pass(MINUTE_MS)
    t.time.jump(-3 * HOUR_MS)
    isDown = false
    assert.equal((await post(t, key)).body, SUCCESS)
    await t.time.pass(2 * MINUTE_MS)
    assert.equal(sent.length, 1)
    assert.ok(calls(t, 'token').length <= 2)
    const newest = await t.store.checkpoints.newest()
    assert.ok(newest !== undefined && newest.at <= t.time.clock.now())
  })

  it('back opens again to a key that a clock far ahead had refused', async () => {
    await using t = await makeTestService()
    const key = await keyFor(t, HOUR_MS)
    t.time.jump(3 * HOUR_MS)
    assert.equal((await get(t, key, '/sales')).statusCode, 401)
    t.time.jump(-3 * HOUR_MS)
    assert.equal((await get(t, key, '/sales')).statusCode, 200)
  })
})
