import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { search } from './search/breadth-first.ts'
import type { CrmKind } from './search/sale-model.ts'
import { MUTANTS, right } from './search/sale-mutants.ts'

/**
 * Creates that the CRM holds back at one time. One more was searched as well when this was written,
 * and nothing was found (1.9 million worlds before an odd CRM). These are enough for every mutant.
 */
const HELD_BACK_MAX: Readonly<Record<CrmKind, number>> = { lenient: 1, strict: 1, odd: 0, late: 0 }

const STATUSES = [
  'completed',
  'dealCreated',
  'priced',
  'quoteCreated',
  'requested',
  'rolledBack',
  'rollingBack',
  'stuck',
]

describe('All that can become of a sale', () => {
  for (const crm of ['lenient', 'strict', 'odd', 'late'] satisfies CrmKind[]) {
    it(`breaks no rule, and comes to rest, before a CRM that is ${crm}`, (test) => {
      const { worlds, transitions, movesToRest, statuses, violation } = search(
        right,
        crm,
        HELD_BACK_MAX[crm],
      )
      test.diagnostic(`${worlds} worlds, ${transitions} transitions, ${movesToRest} moves to rest`)
      assert.equal(violation, undefined)
      assert.deepEqual([...statuses].toSorted(), STATUSES)
    })
  }
})

describe('The search', () => {
  for (const { name, domain, crm, rule } of MUTANTS) {
    it(`finds out that ${name}`, () => {
      assert.equal(search(domain, crm, HELD_BACK_MAX[crm]).violation?.rule, rule)
    })
  }
})
