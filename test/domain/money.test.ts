import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  add,
  type Decimal,
  decimalOfNumber,
  decimalsOf,
  formatDecimal,
  isCurrencyCode,
  multiply,
  parseDecimal,
  roundHalfUp,
  ZERO,
} from '../../src/domain/money.ts'

function decimal(text: string): Decimal {
  const parsed = parseDecimal(text)
  assert.ok(parsed !== undefined, `${text} is no decimal`)
  return parsed
}

describe('parseDecimal', () => {
  for (const text of ['0', '7', '-7', '1299.90', '0.0001', '-0.5', '9'.repeat(64)]) {
    it(`takes ${text} and gives it back`, () => {
      assert.equal(formatDecimal(decimal(text)), text)
    })
  }

  const notDecimals = ['', ' 1', '1 ', '1.', '.5', '+1', '1e3', '1,5', '0x10', '--1', 'NaN', '١']
  for (const text of [...notDecimals, '9'.repeat(65)]) {
    it(`does not take '${text}'`, () => {
      assert.equal(parseDecimal(text), undefined)
    })
  }
})

describe('decimalOfNumber', () => {
  const NUMBERS = [
    [0.1, '0.1'],
    [-0, '0'],
    [1.0001, '1.0001'],
    [1_000_000_000, '1000000000'],
    [999_999_999.9999, '999999999.9999'],
    [-2.5, '-2.5'],
    [1e-7, '0.0000001'],
    [1.5e-7, '0.00000015'],
    [1e21, '1000000000000000000000'],
    [1.25e21, '1250000000000000000000'],
    [1e30, `1${'0'.repeat(30)}`],
  ] as const
  for (const [value, text] of NUMBERS) {
    it(`takes ${value} for ${text}, as JSON showed it`, () => {
      const parsed = decimalOfNumber(value)
      assert.equal(parsed && formatDecimal(parsed), text)
    })
  }

  for (const value of [Number.NaN, Number.POSITIVE_INFINITY, 1e31, 1e-31]) {
    it(`does not take ${value}`, () => {
      assert.equal(decimalOfNumber(value), undefined)
    })
  }
})

describe('Decimal arithmetic', () => {
  it('adds a tenth and two tenths to three tenths', () => {
    assert.equal(formatDecimal(add(decimal('0.1'), decimal('0.2'))), '0.3')
  })

  it('adds numbers of different scale, in either order', () => {
    assert.equal(formatDecimal(add(decimal('1.005'), decimal('2'))), '3.005')
    assert.equal(formatDecimal(add(decimal('2'), decimal('1.005'))), '3.005')
    assert.equal(formatDecimal(add(ZERO, decimal('-1.5'))), '-1.5')
  })

  it('multiplies the largest quantity by a long price without losing a digit', () => {
    const product = multiply(decimal('999999999.9999'), decimal('123456789012345.67'))
    assert.equal(formatDecimal(product), '123456789012333324321098.765433')
  })
})

describe('roundHalfUp', () => {
  const ROUNDED = [
    ['1.004', '1.00'],
    ['1.005', '1.01'],
    ['2.675', '2.68'],
    ['1.00499999999999999999', '1.00'],
    ['0.995', '1.00'],
    ['9.995', '10.00'],
    ['-1.005', '-1.01'],
    ['-1.004', '-1.00'],
    ['-0.001', '0.00'],
    ['0.005', '0.01'],
    ['7', '7.00'],
    ['7.5', '7.50'],
  ] as const
  for (const [text, rounded] of ROUNDED) {
    it(`makes ${text} ${rounded}`, () => {
      assert.equal(formatDecimal(roundHalfUp(decimal(text), 2), 2), rounded)
    })
  }

  it('rounds to whole numbers', () => {
    assert.equal(formatDecimal(roundHalfUp(decimal('1.5'), 0)), '2')
  })
})

describe('The decimals of a currency', () => {
  it('are two for most, and where the currency is not known', () => {
    assert.deepEqual(['TRY', 'USD', 'EUR', undefined].map(decimalsOf), [2, 2, 2, 2])
  })

  it('are none for the yen, three for the Kuwaiti dinar, four for the unidad de fomento', () => {
    assert.deepEqual(['JPY', 'KWD', 'CLF'].map(decimalsOf), [0, 3, 4])
  })
})

describe('The code of a currency', () => {
  it('has three capital letters', () => {
    for (const text of ['', 'US', 'usd', 'USDT', '$', 'US1']) {
      assert.equal(isCurrencyCode(text), false, text)
    }
    assert.equal(isCurrencyCode('USD'), true)
  })
})

describe('formatDecimal', () => {
  it('fills up to the places asked for, and cuts nothing off', () => {
    assert.equal(formatDecimal(decimal('0.05'), 4), '0.0500')
    assert.equal(formatDecimal(decimal('-0.05'), 1), '-0.05')
    assert.equal(formatDecimal(ZERO, 2), '0.00')
  })
})
