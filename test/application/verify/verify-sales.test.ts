import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { listedAmount } from '../../../src/application/log/listed-amount.ts'
import { summarize } from '../../../src/application/log/sale-summary.ts'
import type { Finding } from '../../../src/application/verify/finding.ts'
import type { ArchivedSale } from '../../../src/application/verify/log-archive.port.ts'
import { makeSalesCheck } from '../../../src/application/verify/verify-sales.ts'
import type { SaleEvent } from '../../../src/domain/sale/events.ts'
import { replay } from '../../../src/domain/sale/evolve.ts'
import * as a from '../../support/examples/sale-examples.ts'

/** What is found in a log of one sale, with the list of sales or without one. */
async function findingsIn(
  events: readonly SaleEvent[],
  listed?: ArchivedSale,
): Promise<readonly Finding[]> {
  const findings: Finding[] = []
  const list = listed === undefined ? [] : ([[a.saleId, listed]] as const)
  const archive = {
    sales: async () => new Map(list),
    async *saleIds() {
      yield list.map(([saleId]) => saleId)
    },
  }
  const check = makeSalesCheck(archive, (place, text) => findings.push({ place, text }))
  for (const [index, event] of events.entries()) {
    if (check.hasRested(a.saleId)) await check.compareRested()
    check.take(a.saleId, { position: index + 1, sequence: index + 1 }, 'web-shop', event)
  }
  await check.end()
  return findings
}

/** What the list says of a sale with these events. */
function listing(events: readonly SaleEvent[]): ArchivedSale {
  const summary = summarize(replay(a.saleId, events))
  const amount = listedAmount(a.priced)
  return { summary, client: 'web-shop', sequence: events.length, firstPosition: 1, ...amount }
}

const unlisted = { place: `sale ${a.saleId}`, text: 'it has events, and is not in the list' }
const ordered = [a.requested, a.priced, a.dealCreated, a.quoteCreated, a.salesOrderCreated]

describe('The check of all sales', () => {
  it('finds nothing wrong with the events of a whole sale', async () => {
    assert.deepEqual(await findingsIn([...ordered, a.completed]), [unlisted])
  })

  it('reports a sale whose last event was recorded with one that is missing', async () => {
    const text = 'SaleCompleted is missing after its last event'
    assert.deepEqual(await findingsIn(ordered), [{ place: unlisted.place, text }, unlisted])
  })

  it('finds nothing wrong with a sale that a former owner opened again after its end', async () => {
    const failed = [a.requested, a.priced, a.dealCreated, a.required('quote'), a.dealDeleted]
    const looked = [a.woke('quote'), a.referenceLookedUp('quote', 'second')]
    const later = a.at(a.atSettle, a.rolledBack)
    for (const events of [
      [...failed, a.rolledBack, ...looked, later],
      [...failed, a.rolledBack, ...looked, a.at(a.atDeadline, a.rolledBack), ...looked, later],
      [...failed, a.rolledBack, a.woke('quote')],
      [...ordered, a.completed, ...looked, a.settled],
    ]) {
      assert.deepEqual(await findingsIn(events, listing(events)), [])
    }
  })

  it('compares a sale that was opened again with the list where it ended', async () => {
    const ended = [...ordered, a.completed]
    const listed = { ...listing(ended), sequence: ended.length + 1 }
    const text = `the list says sequence ${ended.length + 1}, its events say ${ended.length}`
    assert.deepEqual(await findingsIn(ended, listed), [{ place: unlisted.place, text }])
  })

  it('reports a wake that the list of sales does not know of', async () => {
    const ended = [...ordered, a.completed]
    const [first] = await findingsIn([...ended, a.woke('deal')], listing(ended))
    assert.equal(first?.text, `OwnerWoke: sale ${a.saleId} is at rest`)
  })

  it('reports an event after the end of a sale', async () => {
    const [first] = (await findingsIn([...ordered, a.completed, a.interrupted])).filter(
      ({ place }) => place === 'position 7',
    )
    assert.equal(first?.text, `SaleInterrupted: sale ${a.saleId} is at rest`)
  })
})
