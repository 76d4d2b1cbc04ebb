import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { GATEWAY, toRecord } from '../../../src/application/log/event-record.ts'
import { linesOf } from '../../../src/application/log/sale-lines.ts'
import type { SaleEvent, SaleLine } from '../../../src/domain/sale/events.ts'
import { priced, requested, saleId } from '../../support/examples/sale-examples.ts'

function read(...events: readonly SaleEvent[]) {
  return linesOf(
    events.map((event, i) =>
      toRecord(event, { position: i + 1, saleId, sequence: i + 1, actor: GATEWAY, prev: null }),
    ),
  )
}

function pricedAs(lines: readonly (readonly [number, string])[], data: object): SaleEvent {
  const [line] = priced.data.lines
  const made = lines.map(([quantity, unitPrice]) => ({ ...line, quantity, unitPrice }) as SaleLine)
  return { ...priced, data: { ...priced.data, lines: made, ...data } }
}

describe('The lines of a sale in the log', () => {
  it('have exact totals with two decimals at least, and no digit cut off', () => {
    const event = pricedAs(
      [
        [3, '0.1'],
        [0.5, '19.995'],
        [2, '1250'],
      ],
      { amount: '2510.30' },
    )
    const { lines, priced } = read(requested, event)
    const [prices, totals] = [lines.map((one) => one.unitPrice), lines.map((one) => one.total)]
    assert.deepEqual(prices, ['0.1', '19.995', '1250'])
    assert.deepEqual(totals, ['0.30', '9.9975', '2500.00'])
    const { sum, amount, differs } = priced ?? {}
    assert.deepEqual(
      { sum, amount, differs },
      { sum: '2510.2975', amount: '2510.30', differs: true },
    )
  })

  it('have the code of their currency, and a sum that is the amount however many zeros it has', () => {
    const yen = read(pricedAs([[3, '500']], { amount: '1500', currency: 'JPY' }))
    assert.deepEqual(yen.lines[0]?.total, '1500.00')
    assert.deepEqual(yen.priced, {
      currency: 'JPY',
      sum: '1500.00',
      amount: '1500 JPY',
      differs: false,
    })
    const dinar = read(pricedAs([[3, '0.5']], { amount: '1.500', currency: 'KWD' }))
    assert.equal(dinar.lines[0]?.total, '1.50')
    assert.equal(dinar.priced?.differs, false)
  })

  it('are what was asked for as long as no price was read', () => {
    const { lines, priced } = read(requested)
    assert.equal(priced, undefined)
    const asked = requested.data.products.map(({ productId, quantity }) => [
      productId,
      `${quantity}`,
    ])
    assert.deepEqual(
      lines.map(({ productId, quantity }) => [productId, quantity]),
      asked,
    )
    assert.ok(lines.every(({ unitPrice, total }) => unitPrice === null && total === null))
  })

  it('stay as the log has them where they cannot be read', () => {
    const { lines, priced } = read(pricedAs([[1, '1.2.3']], { amount: 'much' }))
    assert.equal(lines[0]?.unitPrice, '1.2.3')
    assert.equal(lines[0]?.total, null)
    assert.deepEqual(priced, {
      currency: undefined,
      sum: undefined,
      amount: 'much',
      differs: false,
    })
    const none = read(pricedAs([], { lines: 'none' }))
    assert.deepEqual(none.lines, [])
  })
})
