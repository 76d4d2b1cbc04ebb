import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Finding } from '../../../src/application/verify/finding.ts'
import { makeSalesCheck } from '../../../src/application/verify/verify-sales.ts'
import type { SaleEvent } from '../../../src/domain/sale/events.ts'
import * as a from '../../support/examples/sale-examples.ts'

/** What is found in a log of one sale, without a list of sales. */
function findingsIn(events: readonly SaleEvent[]): readonly Finding[] {
  const findings: Finding[] = []
  const archive = { sale: () => undefined, saleIds: () => [] }
  const check = makeSalesCheck(archive, (place, text) => findings.push({ place, text }))
  for (const [index, event] of events.entries()) {
    check.take(a.saleId, { position: index + 1, sequence: index + 1 }, 'web-shop', event)
  }
  check.end()
  return findings
}

const unlisted = { place: `sale ${a.saleId}`, text: 'it has events, and is not in the list' }
const ordered = [a.requested, a.priced, a.dealCreated, a.quoteCreated, a.salesOrderCreated]

describe('The check of all sales', () => {
  it('finds nothing wrong with the events of a whole sale', () => {
    assert.deepEqual(findingsIn([...ordered, a.completed]), [unlisted])
  })

  it('reports a sale whose last event was recorded with one that is missing', () => {
    const text = 'SaleCompleted is missing after its last event'
    assert.deepEqual(findingsIn(ordered), [{ place: unlisted.place, text }, unlisted])
  })

  it('reports an event after the end of a sale', () => {
    const [first] = findingsIn([...ordered, a.completed, a.interrupted]).filter(
      ({ place }) => place === 'position 7',
    )
    assert.equal(first?.text, `SaleInterrupted: sale ${a.saleId} is at rest`)
  })
})
