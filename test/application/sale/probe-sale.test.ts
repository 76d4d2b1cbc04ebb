import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { makeBreaker } from '../../../src/adapters/zoho/limits/breaker.ts'
import { makeCallStatistics } from '../../../src/adapters/zoho/limits/call-statistics.ts'
import { makeLimiter } from '../../../src/adapters/zoho/limits/limiter.ts'
import { makeZohoAdmission } from '../../../src/adapters/zoho/limits/zoho-admission.ts'
import { AppError } from '../../../src/application/base/errors.ts'
import { type CreateSaleResult, makeCreateSale } from '../../../src/application/sale/create-sale.ts'
import type { SaleStore } from '../../../src/application/sale/run/sale-store.port.ts'
import { contactId, requested, saleId } from '../../support/examples/sale-examples.ts'
import { actor, saleIdOf } from '../../support/examples/store-examples.ts'
import { ManualClock } from '../../support/fakes/manual-clock.ts'

/** Zoho has not answered for a while, and its pause is over: the next sale is the probe. */
function setUp() {
  const clock = new ManualClock()
  const breaker = makeBreaker(clock)
  const limiter = makeLimiter({ clock, random: { fraction: () => 0 }, maxConcurrency: 8 })
  const statistics = makeCallStatistics({ clock, breaker })
  for (let call = 0; call < 10; call += 1) statistics.record('silent', 1)
  clock.advance(2_000)
  const stored: Pick<SaleStore, 'begin' | 'findClaim' | 'load'> = {
    begin: async () => undefined,
    findClaim: async () => undefined,
    load: async () => [requested],
  }
  const createSale = makeCreateSale({
    store: {
      ...stored,
      append: rejected,
      unfinished: rejected,
      loadMany: rejected,
      begin: (...args) => stored.begin(...args),
    },
    sales: {
      begin: async () => ({ type: 'succeeded' }),
      takeUp: () => undefined,
      retryNow: () => false,
      announce: () => () => undefined,
      isDriven: () => false,
      endOutgrown: () => undefined,
      abandon: async () => undefined,
      drain: async () => undefined,
    },
    readAhead: () => undefined,
    admission: makeZohoAdmission({
      ...{ breaker, limiter, statistics },
      ...{ answerWithinMs: 30_000, shut: () => undefined, lockOut: () => undefined },
    }),
    pace: { lateMs: () => 0 },
    clock,
    random: { saleId: () => saleId, fraction: () => 0 },
    reportUnreadable: async () => undefined,
    isDraining: () => false,
    onLost: () => undefined,
  })
  const sell = (idempotencyKey?: string) =>
    createSale({ contactId, products: requested.data.products, idempotencyKey, actor })
  return { clock, stored, sell }
}

async function rejected(): Promise<never> {
  throw new Error('not to be called')
}

function nameOf(result: CreateSaleResult): string {
  return result.type === 'turnedAway' ? `turnedAway ${result.why}` : result.type
}

const ENDS_BEFORE_IT_BEGINS: readonly (readonly [string, SaleStore['begin'], string])[] = [
  [
    'the database takes nothing',
    async () => {
      throw new AppError('unavailable', 'busy')
    },
    'turnedAway storage',
  ],
  [
    'another sale took its key meanwhile',
    async () => ({ saleId: saleIdOf(7), sameRequest: true }),
    'stillRunning',
  ],
  [
    'another request took its key meanwhile',
    async () => ({ saleId: saleIdOf(7), sameRequest: false }),
    'keyReused',
  ],
]

describe('A probe sale', () => {
  for (const [why, begin, result] of ENDS_BEFORE_IT_BEGINS) {
    it(`that does not begin, because ${why}, leaves the probe to the next`, async () => {
      const { stored, sell } = setUp()
      const good = stored.begin
      Object.assign(stored, { begin })
      assert.equal(nameOf(await sell('key')), result)
      Object.assign(stored, { begin: good })
      assert.equal(nameOf(await sell()), 'answered')
    })
  }

  it('that ends with a bug before it begins leaves the probe to the next', async () => {
    const { stored, sell } = setUp()
    const good = stored.begin
    Object.assign(stored, { begin: rejected })
    await assert.rejects(sell())
    Object.assign(stored, { begin: good })
    assert.equal(nameOf(await sell()), 'answered')
  })

  it('is the only one while it begins, and after it has begun', async () => {
    const { stored, sell } = setUp()
    const stalled = Promise.withResolvers<undefined>()
    Object.assign(stored, { begin: () => stalled.promise })
    const first = sell()
    assert.equal(nameOf(await sell()), 'turnedAway crm')
    stalled.resolve(undefined)
    assert.equal(nameOf(await first), 'answered')
    assert.equal(nameOf(await sell()), 'turnedAway crm')
  })

  it('that ends before it begins gives back no probe but its own', async () => {
    const { clock, stored, sell } = setUp()
    const stalled = Promise.withResolvers<undefined>()
    const good = stored.begin
    Object.assign(stored, { begin: () => stalled.promise })
    const first = sell()
    // It has shown nothing for a minute, so that another sale is the probe by now.
    clock.advance(60_000)
    Object.assign(stored, { begin: good })
    assert.equal(nameOf(await sell()), 'answered')
    stalled.reject(new AppError('unavailable', 'busy'))
    assert.equal(nameOf(await first), 'turnedAway storage')
    assert.equal(nameOf(await sell()), 'turnedAway crm')
  })
})
