import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ENGLISH } from '../../../src/application/words/english.ts'
import { amountText, countText } from '../../../src/application/words/numbers.ts'
import { TURKISH } from '../../../src/application/words/turkish.ts'

describe('A number in words', () => {
  it('has the marks of its language', () => {
    for (const [count, english, turkish] of [
      [0, '0', '0'],
      [999, '999', '999'],
      [1_000, '1,000', '1.000'],
      [1_234_567, '1,234,567', '1.234.567'],
    ] as const) {
      assert.equal(countText(count, ENGLISH), english)
      assert.equal(countText(count, TURKISH), turkish)
    }
  })

  it('loses no digit as an amount, and has two decimals at least', () => {
    for (const [amount, english, turkish] of [
      ['2949.5 USD', '2,949.50 USD', '2.949,50 USD'],
      ['7.001 KWD', '7.001 KWD', '7,001 KWD'],
      ['1500', '1,500.00', '1.500,00'],
      ['-12345678901234567.891', '-12,345,678,901,234,567.891', '-12.345.678.901.234.567,891'],
      ['undefined USD', 'undefined USD', 'undefined USD'],
    ] as const) {
      assert.equal(amountText(amount, ENGLISH), english)
      assert.equal(amountText(amount, TURKISH), turkish)
    }
  })
})
