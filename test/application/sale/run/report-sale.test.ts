import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { makeReportSale } from '../../../../src/application/sale/run/report-sale.ts'
import type { SaleEvent } from '../../../../src/domain/sale/events.ts'
import * as a from '../../../support/examples/sale-examples.ts'
import { driven, instantOf } from '../../../support/time/one-clock.ts'

/** What is counted of a sale whose events are stored one after the other. */
function countedIn(events: readonly SaleEvent[]): readonly string[] {
  const counted: string[] = []
  const nothing = () => undefined
  const reportSale = makeReportSale({
    meter: {
      saleEnded: (outcome) => counted.push(outcome),
      stepEnded: (step) => counted.push(`step ${step}`),
    },
    logger: { info: nothing, warn: nothing, error: nothing },
  })
  for (const [index, event] of events.entries()) {
    const names = { saleId: a.saleId }
    const [requestedAt, since] = [instantOf(a.now), instantOf(a.now)]
    const sale = driven(a.saleId, events.slice(0, index))
    const before = { sale, names, client: 'web-shop', requestedAt, since }
    reportSale(before, [event], driven(a.saleId, events.slice(0, index + 1)), instantOf(a.now))
  }
  return counted
}

const failed = [a.requested, a.required('contact')]
const looked = a.referenceLookedUp('quote', 'second')

describe('The end of a sale', () => {
  it('is counted once, though a former owner opens it again', () => {
    const again = [a.woke('quote'), looked, a.rolledBack]
    assert.deepEqual(countedIn([...failed, a.rolledBack, ...again, ...again]), [
      'step rollback',
      'rolled_back',
    ])
  })

  it('is counted where a former owner wakes before it', () => {
    assert.deepEqual(countedIn([...failed, a.woke('quote'), looked, a.rolledBack]), [
      'step rollback',
      'rolled_back',
    ])
  })

  it('is stuck once, until it is rolled back', () => {
    const stuck = a.stuck(a.openAt('quote'))
    const first = [...failed, a.woke('quote'), stuck, a.woke('quote'), stuck, looked, a.rolledBack]
    assert.deepEqual(countedIn(first), ['stuck', 'step rollback', 'rolled_back'])
    assert.deepEqual(countedIn([...first, a.woke('quote'), stuck, looked, a.rolledBack]), [
      ...countedIn(first),
      'stuck',
    ])
  })
})
