import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { parseCrmId, parseSaleId } from '../../src/domain/ids.ts'
import { parseReference, referenceOf } from '../../src/domain/sale/reference.ts'
import { CREATE_STEPS, DELETE_STEPS } from '../../src/domain/sale/steps.ts'
import { dayAfter, plusMs } from '../../src/domain/time.ts'
import * as a from '../support/examples/sale-examples.ts'

describe('A sale id', () => {
  it('is a UUIDv7 in lower case', () => {
    assert.equal(parseSaleId(a.saleId), a.saleId)
  })

  const OTHERS = [
    ['', 'nothing'],
    ['41', 'a counter, which would come again in another database'],
    [a.saleId.toUpperCase(), 'a UUID in upper case'],
    [a.saleId.replace('-7', '-4'), 'a UUID of another version'],
    [a.saleId.replace('-8', '-c'), 'a UUID of another variant'],
    [`${a.saleId}\n`, 'a UUID with a line end'],
    [`{${a.saleId}}`, 'a UUID in braces'],
  ] as const
  for (const [text, what] of OTHERS) {
    it(`is not ${what}`, () => {
      assert.equal(parseSaleId(text), undefined)
    })
  }
})

describe('A CRM id', () => {
  for (const text of ['0', '550428000000001001', '9'.repeat(20)]) {
    it(`is ${text}`, () => {
      assert.equal(parseCrmId(text), text)
    })
  }

  for (const value of ['', '9'.repeat(21), '-1', '1.0', ' 1', '1\n', '٣', 1, null, undefined, []]) {
    it(`is not ${JSON.stringify(value)}`, () => {
      assert.equal(parseCrmId(value), undefined)
    })
  }
})

describe('A reference', () => {
  it('is the sale id and the step, and holds both', () => {
    assert.equal(referenceOf(a.saleId, 'salesOrder'), `${a.saleId}:salesOrder`)
    for (const step of CREATE_STEPS) {
      assert.deepEqual(parseReference(referenceOf(a.saleId, step)), { saleId: a.saleId, step })
    }
  })

  const OTHERS = [
    '',
    ':',
    a.saleId,
    `${a.saleId}x`,
    `${a.saleId}:`,
    `${a.saleId}:invoice`,
    `${a.saleId}:Deal`,
    `${a.saleId}:deal:deal`,
    ` ${a.saleId}:deal`,
    `${a.saleId.toUpperCase()}:deal`,
    '41:deal',
  ]
  for (const text of OTHERS) {
    it(`is not '${text}'`, () => {
      assert.equal(parseReference(text), undefined)
    })
  }
})

describe('Steps', () => {
  it('are taken back in the opposite order', () => {
    assert.deepEqual([...DELETE_STEPS], CREATE_STEPS.toReversed())
  })
})

describe('dayAfter', () => {
  it('counts days in UTC', () => {
    assert.equal(dayAfter(a.now, 0), '2026-11-23')
    assert.equal(dayAfter(a.now, 30), '2026-12-23')
    assert.equal(dayAfter(a.now, 365), '2027-11-23')
  })

  it('turns at midnight', () => {
    const midnight = plusMs(a.now, 14 * 3_600_000)
    assert.equal(dayAfter(a.justBefore(midnight), 0), '2026-11-23')
    assert.equal(dayAfter(midnight, 0), '2026-11-24')
  })
})
