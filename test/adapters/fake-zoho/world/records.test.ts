import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { BASE_SCHEMA } from '../../../../src/adapters/fake-zoho/schema/modules.ts'
import { makeRecords } from '../../../../src/adapters/fake-zoho/world/records.ts'
import { REFERENCE_FIELD } from '../support.ts'

const KEPT_MAX = 20

/** The records of a fake that keeps 20, with as many Deals as asked for, `1` the oldest. */
function withDeals(count: number) {
  const records = makeRecords(() => BASE_SCHEMA, REFERENCE_FIELD, KEPT_MAX)
  records.add('Contacts', { id: '9' })
  for (let number = 1; number <= count; number += 1) {
    records.add('Deals', { id: `${number}`, [REFERENCE_FIELD]: `sale-${number}` }, number)
  }
  return records
}

describe('A fake that keeps the newest records', () => {
  it('keeps as many as it is asked to', () => {
    const records = withDeals(KEPT_MAX)
    assert.equal(records.live('Deals').length, KEPT_MAX)
    assert.equal(records.findByUnique('Deals', REFERENCE_FIELD, 'sale-1')?.id, '1')
  })

  it('forgets the oldest tenth of a module when one more is made, and nothing of others', () => {
    const records = withDeals(KEPT_MAX + 1)
    assert.equal(records.live('Deals')[0]?.id, '3')
    assert.equal(records.live('Deals').length, KEPT_MAX - 1)
    assert.equal(records.find('Contacts', '9')?.id, '9')
  })

  it('leaves no trace of what it forgot: no value, no time, no place in the bin', () => {
    const records = withDeals(KEPT_MAX + 1)
    assert.equal(records.find('Deals', '2'), undefined)
    assert.equal(records.findByUnique('Deals', REFERENCE_FIELD, 'sale-2'), undefined)
    assert.equal(records.changedAtMs('2'), 0)
    assert.deepEqual(records.bin('Deals'), [])
    assert.equal(records.remove('Deals', '2'), false)
  })

  it('never has more than it keeps, however many are made', () => {
    const records = withDeals(1_000)
    assert.ok(records.live('Deals').length <= KEPT_MAX)
    assert.equal(records.live('Deals').at(-1)?.id, '1000')
  })
})
