import assert from 'node:assert/strict'
import {
  type CrmRecord,
  lookupId,
  type Records,
} from '../../src/adapters/fake-zoho/world/records.ts'

const FIELD = 'Gateway_Reference'
const STEPS = [
  ['Deals', 'deal'],
  ['Quotes', 'quote'],
  ['Sales_Orders', 'salesOrder'],
] as const

type SeenSale = { readonly saleId: string; readonly status: string }

/** The first two invariants: a sale at rest has one of each record, linked, or none at all. */
export function assertWholeOrNothing(records: Pick<Records, 'live'>, sale: SeenSale): void {
  const [deals = [], quotes = [], orders = []] = STEPS.map(([module, step]) =>
    records.live(module).filter((record) => record[FIELD] === `${sale.saleId}:${step}`),
  )
  const counts = [deals.length, quotes.length, orders.length]
  if (sale.status !== 'completed') {
    assert.deepEqual(counts, [0, 0, 0], `${sale.status} sale ${sale.saleId} left something`)
    return
  }
  assert.deepEqual(counts, [1, 1, 1], `completed sale ${sale.saleId} has not one of each`)
  const [deal, quote, order] = [deals[0], quotes[0], orders[0]]
  assert.equal(linkOf(quote, 'Deal_Name'), deal?.id)
  assert.equal(linkOf(order, 'Deal_Name'), deal?.id)
  assert.equal(linkOf(order, 'Quote_Name'), quote?.id)
}

function linkOf(record: CrmRecord | undefined, field: string): string | undefined {
  return lookupId(record?.[field] ?? null)
}
