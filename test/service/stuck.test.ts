import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { makeFakeZoho } from '../../src/adapters/fake-zoho/fake-zoho.ts'
import { ROLLBACK_BACKOFF } from '../../src/application/base/backoff.ts'
import { openStore } from '../../src/infrastructure/service/open-store.ts'
import { DEAL_ID, factsOf, leaveSale } from '../support/examples/left-sale.ts'
import * as a from '../support/examples/store-examples.ts'
import { ManualClock } from '../support/fakes/manual-clock.ts'
import { calls, eventTypes, live } from '../support/gateway/http-requests.ts'
import { makeTestService, type TestService } from '../support/gateway/test-service.ts'

const saleId = a.saleIdOf(1)
const MINUTE_MS = 60_000
const SETTINGS = {
  ZOHO_SETTLE_MS: '120000',
  STUCK_AFTER_MS: '600000',
  ZOHO_REQUEST_TIMEOUT_MS: '15000',
}
/** Event loop turns in which what is due at an instant comes to its end. */
const TURNS = 25

/** A sale that is being rolled back, its Deal refused by every delete, under a clock of the test's own. */
async function makePlace() {
  const store = await openStore(':memory:')
  const clock = new ManualClock()
  const fake = makeFakeZoho({
    now: () => clock.now(),
    sleep: (ms, signal) => clock.sleep(ms, signal),
    referenceField: 'Gateway_Reference',
    latencyMs: 0,
  })
  const { requested, priced, deal, failed } = factsOf({
    idempotent: false,
    ageMs: Date.now() - clock.now(),
  })
  await leaveSale({ store, fake }, saleId, [requested, priced, deal, failed])
  fake.faults.add({ operation: 'delete:Deals', times: Infinity, kind: { type: 'refuse' } })
  const tries: number[] = []
  fake.hooks.before = (operation) => {
    if (operation === 'delete:Deals') tries.push(clock.now())
  }
  /** Lets time pass, second by second, and what is due happen. */
  const pass = async (ms: number) => {
    for (let passedMs = 0; passedMs < ms; passedMs += 1_000) {
      await settle()
      clock.advance(1_000)
    }
    await settle()
  }
  return { store, clock, fake, tries, pass, [Symbol.asyncDispose]: () => store.close() }
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < TURNS; turn += 1) await new Promise((done) => setImmediate(done))
}

function gaps(tries: readonly number[]): readonly number[] {
  return tries.slice(1).map((at, i) => at - (tries[i] ?? 0))
}

async function countOf(t: TestService, type: string): Promise<number> {
  return (await eventTypes(t, saleId)).filter((one) => one === type).length
}

describe('A delete that Zoho refuses for ever', () => {
  it('is tried again after ever longer pauses, never over 10 minutes, and stuck in time', async () => {
    await using place = await makePlace()
    const begin = place.clock.now()
    await using t = await makeTestService(SETTINGS, place)
    await place.pass(12 * MINUTE_MS - 10_000)
    assert.equal(await countOf(t, 'SaleStuck'), 0)
    await place.pass(11 * MINUTE_MS)
    assert.equal(await countOf(t, 'SaleStuck'), 1)
    await place.pass(120 * MINUTE_MS)
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
    assert.deepEqual(stuck?.data['leftovers'], [{ step: 'deal', id: DEAL_ID }])
    assert.ok(Date.parse(stuck?.at ?? '') >= begin + 12 * MINUTE_MS)
    const told = t.mails.filter(({ about }) => about === 'stuck')
    assert.equal(told.length, 1)
    assert.match(told[0]?.text ?? '', new RegExp(`^Still in the CRM: Deal ${DEAL_ID}$`, 'm'))
    const listed = await t.store.saleReader.list({ status: 'stuck', limit: 9 })
    assert.deepEqual(
      listed.sales.map((one) => one.saleId),
      [saleId],
    )
  })

  it('stays stuck over restarts, is tried on, and told once', async () => {
    await using place = await makePlace()
    const mails: string[] = []
    for (let start = 0; start < 4; start += 1) {
      await using t = await makeTestService(SETTINGS, place)
      const before = place.tries.length
      await place.pass(25 * MINUTE_MS)
      assert.ok(place.tries.length > before + 5, 'it is tried in each process')
      assert.equal((await t.store.saleReader.show(saleId, undefined))?.status, 'stuck')
      mails.push(...t.mails.map(({ messageId }) => messageId))
      assert.equal(await countOf(t, 'SaleStuck'), 1)
    }
    assert.deepEqual(mails, [`${saleId}.failed@localhost`, `${saleId}.stuck@localhost`])
  })

  it('ends within two seconds of "sales resume", whatever its pause, once Zoho lets it go', async () => {
    await using place = await makePlace()
    await using t = await makeTestService(SETTINGS, place)
    await place.pass(60 * MINUTE_MS)
    const resume = () => a.askToResume(place.store, saleId, place.clock.now())
    // Tries on request that fail make for no further ones.
    const before = place.tries.length
    await resume()
    await place.pass(2_000)
    assert.equal(place.tries.length, before + 1)
    await place.pass(5_000)
    assert.equal(place.tries.length, before + 1)
    place.fake.faults.clear()
    await resume()
    await place.pass(2_000)
    assert.equal((await eventTypes(t, saleId)).at(-1), 'SaleRolledBack')
    assert.deepEqual(live(t), [0, 0, 0])
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
    await using place = await makePlace()
    await using t = await makeTestService(SETTINGS, place)
    await place.pass(60 * MINUTE_MS)
    const letGo = Promise.withResolvers<void>()
    const arrived = Promise.withResolvers<void>()
    place.fake.hooks.before = async (operation) => {
      if (operation !== 'delete:Deals') return
      place.fake.hooks.before = undefined
      arrived.resolve()
      await letGo.promise
    }
    await a.askToResume(place.store, saleId, place.clock.now())
    await place.pass(2_000)
    await arrived.promise
    await a.askToResume(place.store, saleId, place.clock.now())
    await place.pass(2_000)
    // The try that is on its way is refused, and no other.
    const before = calls(t, 'delete:').length
    place.fake.faults.clear()
    place.fake.faults.add({ operation: 'delete:Deals', kind: { type: 'refuse' } })
    letGo.resolve()
    await place.pass(1_000)
    assert.equal((await eventTypes(t, saleId)).at(-1), 'SaleRolledBack')
    assert.equal(calls(t, 'delete:').length, before + 2)
  })
})

describe('A request to resume', () => {
  it('does nothing to a sale at rest, nor one that is not there', async () => {
    await using place = await makePlace()
    place.fake.faults.clear()
    await using t = await makeTestService(SETTINGS, place)
    await place.pass(130_000)
    assert.equal((await eventTypes(t, saleId)).at(-1), 'SaleRolledBack')
    const calls = place.fake.journal.length
    for (const id of [saleId, a.saleIdOf(2)]) {
      await a.askToResume(place.store, id, place.clock.now())
    }
    await place.pass(10_000)
    assert.equal(place.fake.journal.length, calls)
    assert.equal((await eventTypes(t, saleId)).at(-1), 'SaleRolledBack')
    assert.deepEqual(t.lost, [])
  })
})
