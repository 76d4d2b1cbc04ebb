// A sale ends at its deadline, whatever the CRM does.

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { FaultKind } from '../../../src/adapters/fake-zoho/faults/fault-kinds.ts'
import type { Operation } from '../../../src/adapters/fake-zoho/faults/operation.ts'
import type { Random } from '../../../src/application/base/random.port.ts'
import { makeSystemRandom } from '../../../src/infrastructure/system/system-random.ts'
import {
  calls,
  eventTypes,
  FAILED,
  hangAt,
  live,
  onlySale,
  post,
  SUCCESS,
  saleIdOf,
  untilEvent,
} from '../../support/gateway/http-requests.ts'
import { makeTestService } from '../../support/gateway/test-service.ts'

const DEADLINE_MS = 500

/** One call may take longer than the whole sale: only the deadline ends it. */
const SETTINGS = {
  SALE_DEADLINE_MS: String(DEADLINE_MS),
  ZOHO_REQUEST_TIMEOUT_MS: '20000',
  ZOHO_SETTLE_MS: '50',
}

/** Every pause is as long as it may be, so that none is over just before the deadline. */
const LONGEST: Random = { ...makeSystemRandom(), fraction: () => 0.999 }

/** What the CRM does for ever, and what the sale is said to have waited for. */
const FOR_EVER: readonly (readonly [string, Operation, FaultKind, RegExp])[] = [
  ['a refused token', 'token', { type: 'refuse' }, /the access token \(invalid_code\)$/],
  ['no contact', 'coql:Contacts', { type: 'timeoutBefore' }, /products: no answer in time$/],
  ['a failing contact', 'coql:Contacts', { type: 'status' }, /INTERNAL_ERROR/],
  ['no products', 'list:Products', { type: 'timeoutBefore' }, /products: no answer in time$/],
  ['failing products', 'list:Products', { type: 'resetBefore' }, /connection lost/],
  ['a Deal without an answer', 'create:Deals', { type: 'timeoutBefore' }, /the Deal: no answer/],
  ['a Quote without an answer', 'create:Quotes', { type: 'timeoutAfter' }, /the Quote: no answer/],
  ['too many calls', 'create:Deals', { type: 'status', status: 429 }, /the Deal: .*TOO_MANY/],
]

describe('The deadline of a sale', () => {
  for (const [what, operation, kind, reason] of FOR_EVER) {
    it(`ends it in bounded time with ${what}`, async () => {
      await using t = await makeTestService(SETTINGS, { random: LONGEST })
      t.fake.faults.add({ operation, times: Infinity, kind })
      const key = await t.key('shop', 'sales:create')
      const begin = t.time.clock.now()
      const answer = await post(t, key)
      const tookMs = t.time.clock.now() - begin
      assert.equal(answer.statusCode, 500)
      assert.equal(answer.body, FAILED)
      // A timer may fire a millisecond late, as one of Node does.
      assert.ok(tookMs === DEADLINE_MS || tookMs === DEADLINE_MS + 1, `${tookMs} ms`)
      await untilEvent(t, saleIdOf(answer), 'SaleRolledBack')
      const { failure } = await onlySale(t)
      assert.equal(failure?.step, 'deadline')
      assert.match(failure.message, /^not complete after 500 ms, while it waited for /)
      assert.match(failure.message, reason)
      assert.deepEqual(live(t), [0, 0, 0])
    })
  }

  it('leaves no unanswered step behind calls that never reached the CRM', async () => {
    await using t = await makeTestService(SETTINGS)
    const kind = { type: 'status', status: 429 } as const
    t.fake.faults.add({ operation: 'create:Deals', times: Infinity, kind })
    const saleId = saleIdOf(await post(t, await t.key('shop', 'sales:create')))
    assert.deepEqual(await eventTypes(t, saleId), [
      'SaleRequested',
      'SalePriced',
      'CompensationRequired',
      'SaleRolledBack',
    ])
    assert.deepEqual(calls(t, 'coql:Deals'), [])
  })

  it('is met by a sale whose troubles end in time', async () => {
    await using t = await makeTestService({ ...SETTINGS, SALE_DEADLINE_MS: '5000' })
    t.fake.faults.add({ operation: 'coql:Contacts', kind: { type: 'status' } })
    t.fake.faults.add({ operation: 'list:Products', kind: { type: 'resetAfter' } })
    t.fake.faults.add({ operation: 'create:Deals', kind: { type: 'status', status: 429 } })
    const answer = await post(t, await t.key('shop', 'sales:create'))
    assert.equal(answer.body, SUCCESS)
    assert.deepEqual((await eventTypes(t, saleIdOf(answer))).length, 6)
    assert.deepEqual(live(t), [1, 1, 1])
  })

  it('takes back a Sales Order whose answer came too late', async () => {
    await using t = await makeTestService(SETTINGS)
    const held = hangAt(t, 'create:Sales_Orders')
    const answer = await post(t, await t.key('shop', 'sales:create'))
    assert.equal(answer.body, FAILED)
    held.release()
    await untilEvent(t, saleIdOf(answer), 'SaleRolledBack')
    assert.equal((await onlySale(t)).failure?.step, 'deadline')
  })
})
