import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { SaleEvent } from '../../../src/domain/sale/events.ts'
import { stepsSent } from '../../../src/domain/sale/evolve.ts'
import type { CreateStep } from '../../../src/domain/sale/steps.ts'
import {
  completed,
  dealCreated,
  priced,
  quoteCreated,
  requested,
  required,
  rolledBack,
  saleId,
  salesOrderCreated,
} from '../../support/examples/sale-examples.ts'

// What happened, and the steps whose create may have been sent.
const CASES: readonly (readonly [readonly SaleEvent[], readonly CreateStep[]])[] = [
  [[], []],
  [[requested], []],
  [[requested, required('contact'), rolledBack], []],
  [[requested, priced], ['deal']],
  [[requested, priced, required('deal'), rolledBack], ['deal']],
  [
    [requested, priced, dealCreated, required('quote'), rolledBack],
    ['deal', 'quote'],
  ],
  // A look of the rollback shows a Deal: no Quote was sent after that.
  [[requested, priced, required('deal'), dealCreated, rolledBack], ['deal']],
  [
    [requested, priced, dealCreated, quoteCreated, salesOrderCreated, completed],
    ['deal', 'quote', 'salesOrder'],
  ],
]

describe('The creates that a sale may have sent', () => {
  for (const [events, steps] of CASES) {
    it(`are ${steps.join(', ') || 'none'} after ${events.map(({ type }) => type).join(', ') || 'no event'}`, () => {
      assert.deepEqual([...stepsSent(saleId, events)], steps)
    })
  }
})
