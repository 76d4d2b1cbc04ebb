// A sale that cannot be rolled back is stuck, reported once, and tried for ever.

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ROLLBACK_BACKOFF } from '../../../src/application/base/backoff.ts'
import type { ResumeRequests } from '../../../src/application/sale/resume-requests.port.ts'
import type { SaleId } from '../../../src/domain/ids.ts'
import { DEAL_ID, factsOf, leaveSale } from '../../support/examples/left-sale.ts'
import * as a from '../../support/examples/store-examples.ts'
import { calls, eventTypes, live } from '../../support/gateway/http-requests.ts'
import { makePlace } from '../../support/gateway/place.ts'
import { makeTestService, type TestService } from '../../support/gateway/test-service.ts'

const saleId = a.saleIdOf(1)
const MINUTE_MS = 60_000
const REFUSED = 'INVALID_DATA: invalid data'
const SETTINGS = {
  ZOHO_SETTLE_MS: '120000',
  STUCK_AFTER_MS: '600000',
  ZOHO_REQUEST_TIMEOUT_MS: '15000',
}

/** A sale that is being rolled back, its Deal refused by every delete. */
async function makeRefused() {
  const place = await makePlace()
  const { fake, time } = place
  const at = time.clock.now()
  const { requested, priced, deal, failed } = factsOf({ idempotent: false, at })
  await leaveSale(place, saleId, [requested, priced, deal, failed])
  fake.faults.add({ operation: 'delete:Deals', times: Infinity, kind: { type: 'refuse' } })
  const tries: number[] = []
  fake.hooks.before = (operation) => {
    if (operation === 'delete:Deals') tries.push(time.clock.now())
  }
  // The log is searched each second, for hours: as long as nobody has asked, there is nothing in it.
  const { resumeRequests } = place.store
  let hasAsked = false
  const after: ResumeRequests['after'] = async (position, limit) =>
    hasAsked ? resumeRequests.after(position, limit) : []
  const store = { ...place.store, resumeRequests: { ...resumeRequests, after } }
  const resume = (id: SaleId = saleId) => {
    hasAsked = true
    return a.askToResume(store, id, time.clock.now())
  }
  return { ...place, store, tries, resume }
}

function gaps(tries: readonly number[]): readonly number[] {
  return tries.slice(1).map((at, i) => at - (tries[i] ?? 0))
}

async function countOf(t: TestService, type: string): Promise<number> {
  return (await eventTypes(t, saleId)).filter((one) => one === type).length
}

describe('A delete that Zoho refuses for ever', () => {
  it('is tried again after ever longer pauses, never over 10 minutes, and stuck in time', async () => {
    await using place = await makeRefused()
    const begin = place.time.clock.now()
    await using t = await makeTestService(SETTINGS, place)
    await place.time.pass(12 * MINUTE_MS - 10_000)
    assert.equal(await countOf(t, 'SaleStuck'), 0)
    await place.time.pass(11 * MINUTE_MS)
    assert.equal(await countOf(t, 'SaleStuck'), 1)
    await place.time.pass(120 * MINUTE_MS)
    const pauses = gaps(place.tries)
    // A pause may be half of what it can be at most, which doubles; a look is a second at most.
    for (const [i, pause] of pauses.entries()) {
      const fullMs = Math.min(1_000 * 2 ** i, ROLLBACK_BACKOFF.maxMs)
      assert.ok(pause >= fullMs / 2 && pause <= fullMs + 1_000, `pause ${i}: ${pause} ms`)
    }
    assert.ok(pauses.length >= 20, `${pauses.length} pauses`)
    assert.equal(ROLLBACK_BACKOFF.maxMs, 10 * MINUTE_MS)
    const sale = await t.store.saleReader.show(saleId, undefined)
    assert.equal(sale?.status, 'stuck')
    const stuck = sale?.events.find(({ type }) => type === 'SaleStuck')
    assert.deepEqual(stuck?.data['leftovers'], [{ step: 'deal', id: DEAL_ID, reason: REFUSED }])
    assert.ok(Date.parse(stuck?.at ?? '') >= begin + 12 * MINUTE_MS)
    const told = t.mails.filter(({ about }) => about === 'stuck')
    assert.equal(told.length, 1)
    assert.match(told[0]?.text ?? '', new RegExp(`^Left: Deals ${DEAL_ID}: ${REFUSED}$`, 'm'))
    const listed = await t.store.saleReader.list({ status: 'stuck', limit: 9 })
    assert.deepEqual(
      listed.sales.map((one) => one.saleId),
      [saleId],
    )
  })

  it('stays stuck over restarts, is tried on, and reported once', async () => {
    await using place = await makeRefused()
    const mails: string[] = []
    for (let start = 0; start < 4; start += 1) {
      await using t = await makeTestService(SETTINGS, place)
      const before = place.tries.length
      await place.time.pass(25 * MINUTE_MS)
      assert.ok(place.tries.length > before + 5, 'it is tried in each process')
      assert.equal((await t.store.saleReader.show(saleId, undefined))?.status, 'stuck')
      mails.push(...t.mails.map(({ messageId }) => messageId))
      assert.equal(await countOf(t, 'SaleStuck'), 1)
    }
    assert.deepEqual(mails, [`${saleId}.failed@localhost`, `${saleId}.stuck@localhost`])
  })

  it('is mailed once as solved, by the process in which it ends, and by none that starts later', async () => {
    await using place = await makeRefused()
    {
      await using t = await makeTestService(SETTINGS, place)
      await place.time.pass(25 * MINUTE_MS)
      assert.equal(await countOf(t, 'SaleStuck'), 1)
    }
    place.fake.faults.clear()
    const mails: string[] = []
    for (let start = 0; start < 3; start += 1) {
      await using t = await makeTestService(SETTINGS, place)
      await place.time.pass(25 * MINUTE_MS)
      mails.push(...t.mails.map(({ messageId }) => messageId))
    }
    assert.deepEqual(mails, [`${saleId}.solved@localhost`])
  })

  it('ends within two seconds of "sales resume", whatever its pause, once Zoho lets it go', async () => {
    await using place = await makeRefused()
    await using t = await makeTestService(SETTINGS, place)
    await place.time.pass(60 * MINUTE_MS)
    // Tries on request that fail make for no further ones.
    const before = place.tries.length
    await place.resume()
    await place.time.pass(2_000)
    assert.equal(place.tries.length, before + 1)
    await place.time.pass(5_000)
    assert.equal(place.tries.length, before + 1)
    place.fake.faults.clear()
    await place.resume()
    await place.time.pass(2_000)
    assert.equal((await eventTypes(t, saleId)).at(-1), 'SaleRolledBack')
    assert.deepEqual(live(t), [0, 0, 0])
    await place.time.pass(60_000)
    assert.deepEqual(
      t.mails.map(({ about }) => about),
      ['failed', 'stuck', 'solved'],
    )
    const asked = (await t.store.saleReader.events(0, 99)).filter(
      ({ type }) => type === 'SaleResumeRequested',
    )
    assert.equal(asked.length, 2)
    const [first] = asked
    assert.ok(first !== undefined && 'data' in first)
    assert.deepEqual([first.saleId, first.sequence], [null, null])
    assert.deepEqual([first.data, first.actor], [{ saleId }, { operator: 'it' }])
  })

  it('is tried once more when it is resumed in the middle of a try', async () => {
    await using place = await makeRefused()
    await using t = await makeTestService(SETTINGS, place)
    await place.time.pass(60 * MINUTE_MS)
    const letGo = Promise.withResolvers<void>()
    const arrived = Promise.withResolvers<void>()
    place.fake.hooks.before = async (operation) => {
      if (operation !== 'delete:Deals') return
      place.fake.hooks.before = undefined
      arrived.resolve()
      await letGo.promise
    }
    await place.resume()
    await place.time.pass(2_000)
    await arrived.promise
    await place.resume()
    await place.time.pass(2_000)
    // The try that is on its way is refused, and no other.
    const before = calls(t, 'delete:').length
    place.fake.faults.clear()
    place.fake.faults.add({ operation: 'delete:Deals', kind: { type: 'refuse' } })
    letGo.resolve()
    await place.time.pass(1_000)
    assert.equal((await eventTypes(t, saleId)).at(-1), 'SaleRolledBack')
    assert.equal(calls(t, 'delete:').length, before + 2)
  })
})

describe('A request to resume', () => {
  it('does nothing to a sale at rest, nor one that is not there', async () => {
    await using place = await makeRefused()
    place.fake.faults.clear()
    await using t = await makeTestService(SETTINGS, place)
    await place.time.pass(130_000)
    assert.equal((await eventTypes(t, saleId)).at(-1), 'SaleRolledBack')
    const calls = place.fake.journal.length
    for (const id of [saleId, a.saleIdOf(2)]) {
      await place.resume(id)
    }
    await place.time.pass(10_000)
    assert.equal(place.fake.journal.length, calls)
    assert.equal((await eventTypes(t, saleId)).at(-1), 'SaleRolledBack')
    assert.deepEqual(t.lost, [])
  })
})
