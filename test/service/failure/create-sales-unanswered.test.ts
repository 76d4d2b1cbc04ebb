// A create without an answer leaves one record or none.

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { FaultKind } from '../../../src/adapters/fake-zoho/faults/fault-kinds.ts'
import type { Operation } from '../../../src/adapters/fake-zoho/faults/operation.ts'
import type { CreateStep } from '../../../src/domain/sale/steps.ts'
import {
  calls,
  eventTypes,
  FAILED,
  live,
  onlySale,
  post,
  SUCCESS,
  saleIdOf,
  untilEvent,
} from '../../support/gateway/http-requests.ts'
import { makeTestService } from '../../support/gateway/test-service.ts'

/** Ways in which nobody learns what became of a call. */
const UNANSWERED: readonly FaultKind[] = [
  { type: 'timeoutBefore' },
  { type: 'timeoutAfter' },
  { type: 'resetBefore' },
  { type: 'resetAfter' },
  { type: 'status', status: 500 },
  { type: 'statusAfter', status: 500 },
  { type: 'statusAfter', status: 502, body: '<html>Bad Gateway</html>', contentType: 'text/html' },
  { type: 'statusAfter', status: 201, body: '{"data":[{"code":"SUCC' },
]

const CREATES: readonly (readonly [CreateStep, string, Operation])[] = [
  ['deal', 'Deal', 'create:Deals'],
  ['quote', 'Quote', 'create:Quotes'],
  ['salesOrder', 'Sales Order', 'create:Sales_Orders'],
]

const QUICK = {
  ZOHO_REQUEST_TIMEOUT_MS: '100',
  ZOHO_SETTLE_MS: '50',
}

function nameOf(kind: FaultKind): string {
  return 'status' in kind ? `${kind.type} ${kind.status}` : kind.type
}

describe('A create without an answer', () => {
  for (const kind of UNANSWERED) {
    for (const [step, title, operation] of CREATES) {
      it(`is repeated, and leaves one ${title}: ${nameOf(kind)}`, async () => {
        await using t = await makeTestService(QUICK)
        t.fake.faults.add({ operation, kind })
        const answer = await post(t, await t.key('shop', 'sales:create'))
        assert.equal(answer.statusCode, 200)
        assert.equal(answer.body, SUCCESS)
        assert.equal(calls(t, operation).length, 2)
        await untilEvent(t, saleIdOf(answer), 'SaleSettled')
        assert.deepEqual(live(t), [1, 1, 1])
        const sale = await onlySale(t)
        const unanswered = sale.events.filter(({ type }) => type === 'CreateUnanswered')
        assert.deepEqual(
          unanswered.map(({ data }) => data['step']),
          [step],
        )
        assert.equal(sale.status, 'completed')
        assert.deepEqual(calls(t, 'delete:'), [])
        assert.deepEqual(t.mails, [])
      })

      it(`fails the sale when time runs out at the ${title}: ${nameOf(kind)}`, async () => {
        await using t = await makeTestService({ ...QUICK, SALE_DEADLINE_MS: '400' })
        t.fake.faults.add({ operation, times: Infinity, kind })
        const answer = await post(t, await t.key('shop', 'sales:create'))
        assert.equal(answer.statusCode, 500)
        assert.equal(answer.body, FAILED)
        const saleId = saleIdOf(answer)
        await untilEvent(t, saleId, 'SaleRolledBack')
        assert.deepEqual(live(t), [0, 0, 0])
        const sale = await onlySale(t)
        assert.equal(sale.failure?.step, 'deadline')
        assert.ok(sale.failure.message.includes(`waited for the ${title}`), sale.failure.message)

        await t.time.until('a mail is sent', () => t.mails.length === 1)
        const text = t.mails[0]?.text ?? ''
        const { deal, quote } = idsAtFailure(sale.events)
        assert.ok(text.includes(`\nDeal ID: ${deal ?? 'not known'}\n`), text)
        const notTried = step === 'deal' ? 'not created' : 'not known'
        assert.ok(text.includes(`\nQuote ID: ${quote ?? notTried}\n`), text)
        const order = step === 'salesOrder' ? 'not known' : 'not created'
        assert.ok(text.includes(`\nSales Order ID: ${order}\n`), text)
      })
    }
  }
})

type Recorded = readonly {
  readonly type: string
  readonly data: Readonly<Record<string, unknown>>
}[]

/** The ids that were known when the sale failed: what turns up later is not in the mail. */
function idsAtFailure(events: Recorded) {
  const before = events.slice(
    0,
    events.findIndex(({ type }) => type === 'CompensationRequired'),
  )
  const idIn = (type: string, name: string) => before.find((e) => e.type === type)?.data[name]
  return { deal: idIn('DealCreated', 'dealId'), quote: idIn('QuoteCreated', 'quoteId') }
}

describe('A create that is applied late', () => {
  for (const [, title, operation] of CREATES) {
    it(`leaves no second ${title} beside that of a completed sale`, async () => {
      await using t = await makeTestService({ ...QUICK, ZOHO_SETTLE_MS: '400' })
      t.fake.faults.add({ operation, kind: { type: 'lateApply', afterMs: 250 } })
      const answer = await post(t, await t.key('shop', 'sales:create'))
      assert.equal(answer.body, SUCCESS)
      await untilEvent(t, saleIdOf(answer), 'SaleSettled')
      assert.deepEqual(live(t), [1, 1, 1])
    })

    it(`leaves no ${title} of a sale that was rolled back before`, async () => {
      const times = { SALE_DEADLINE_MS: '400', ZOHO_SETTLE_MS: '600' }
      await using t = await makeTestService({ ...QUICK, ...times })
      const kind = { type: 'lateApply', afterMs: 700 } as const
      t.fake.faults.add({ operation, times: Infinity, kind })
      const answer = await post(t, await t.key('shop', 'sales:create'))
      assert.equal(answer.body, FAILED)
      const saleId = saleIdOf(answer)
      assert.ok(!(await eventTypes(t, saleId)).includes('SaleRolledBack'), 'waits for the rest')
      await untilEvent(t, saleId, 'SaleRolledBack')
      assert.deepEqual(live(t), [0, 0, 0])
      const module = operation === 'create:Deals' ? 'Deals' : undefined
      if (module !== undefined) assert.equal(t.fake.records.bin(module).length, 1)
      assert.equal(t.mails.length, 1)
    })
  }
})
