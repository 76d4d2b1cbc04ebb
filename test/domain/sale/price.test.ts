import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { CrmId } from '../../../src/domain/ids.ts'
import type { DecimalText } from '../../../src/domain/money.ts'
import type { RequestedProduct } from '../../../src/domain/sale/events.ts'
import { replay } from '../../../src/domain/sale/evolve.ts'
import type { Organisation, Product } from '../../../src/domain/sale/outcome.ts'
import { price } from '../../../src/domain/sale/price.ts'
import * as a from '../../support/examples/sale-examples.ts'

const rack = a.product
const cable: Product = {
  id: a.otherProductId,
  name: 'Cable',
  unitPrice: '0.335' as DecimalText,
  currency: null,
  active: true,
}

function terms(
  products: readonly RequestedProduct[],
  known: readonly Product[] = [rack, cable],
  accountId: CrmId | null = a.accountId,
  organisation?: Organisation,
) {
  const sale = replay(a.saleId, [{ ...a.requested, data: { ...a.requested.data, products } }])
  assert.ok(sale.status === 'requested')
  const read = { contact: { accountId }, products: known, organisation }
  return price(sale, read, a.now, a.policy)
}

function priced(...asked: Parameters<typeof terms>) {
  const result = terms(...asked)
  assert.ok(result.ok, 'is refused')
  return result.terms
}

describe('The terms of a sale', () => {
  it('are a line with name and price, the amount, the account and the closing date', () => {
    assert.deepEqual(priced([{ productId: rack.id, quantity: 2 }]), a.priced.data)
  })

  it('keep the lines in the order of the request, whatever the order of the answer', () => {
    const asked = [
      { productId: cable.id, quantity: 1 },
      { productId: rack.id, quantity: 1 },
    ]
    const { lines } = priced(asked, [rack, cable])
    assert.deepEqual(
      lines.map(({ productName }) => productName),
      ['Cable', 'Server rack 42U'],
    )
  })

  it('keep a product that is named twice as two lines', () => {
    const { lines, amount } = priced([
      { productId: rack.id, quantity: 1 },
      { productId: cable.id, quantity: 4 },
      { productId: rack.id, quantity: 2 },
    ])
    assert.deepEqual(
      lines.map(({ productId, quantity }) => [productId, quantity]),
      [
        [rack.id, 1],
        [cable.id, 4],
        [rack.id, 2],
      ],
    )
    assert.equal(amount, '3901.04')
  })

  it('have no account where the contact has none', () => {
    const { accountId } = priced([{ productId: rack.id, quantity: 1 }], [rack], null)
    assert.equal(accountId, null)
  })

  it('take a price of nothing for a price', () => {
    const free = { ...rack, unitPrice: '0' as DecimalText }
    assert.equal(priced([{ productId: rack.id, quantity: 3 }], [free]).amount, '0.00')
  })
})

describe('The amount', () => {
  const SUMS = [
    ['half a cent goes up', [['0.335', 1]], '0.34'],
    [
      'it is rounded once, not line by line',
      [
        ['0.335', 1],
        ['0.335', 1],
      ],
      '0.67',
    ],
    ['a tenth three times is three tenths', [['0.1', 3]], '0.30'],
    ['what binary fractions would make 1.00', [['1.005', 1]], '1.01'],
    ['a quantity has four decimals', [['0.01', 0.4999]], '0.00'],
    [
      'the largest quantity of a large price',
      [['99999999999999.99', 1e9]],
      '99999999999999990000000.00',
    ],
  ] as const
  for (const [why, lines, amount] of SUMS) {
    it(`is ${amount}: ${why}`, () => {
      const known = lines.map(([unitPrice], index) => {
        return { ...rack, id: `${index}` as CrmId, unitPrice: unitPrice as DecimalText }
      })
      const asked = lines.map(([, quantity], index) => ({
        productId: `${index}` as CrmId,
        quantity,
      }))
      assert.equal(priced(asked, known).amount, amount)
    })
  }

  it('is exact over two hundred lines', () => {
    const asked = Array.from({ length: 200 }, () => ({ productId: cable.id, quantity: 0.0001 }))
    // 200 × 0.335 × 0.0001 = 0.0067
    assert.equal(priced(asked).amount, '0.01')
  })
})

describe('The currency of a sale', () => {
  const SEVERAL = { homeCurrency: 'TRY', hasSeveralCurrencies: true }
  const ONE = { homeCurrency: 'TRY', hasSeveralCurrencies: false }
  const both = [
    { productId: rack.id, quantity: 1 },
    { productId: cable.id, quantity: 1 },
  ]
  const pricedIn = (rackIn: string | null, cableIn: string | null = rackIn) => [
    { ...rack, currency: rackIn },
    { ...cable, currency: cableIn },
  ]
  const readIn = (organisation: Organisation | undefined, known: readonly Product[]) =>
    terms(both, known, a.accountId, organisation)
  const reasonIn = (organisation: Organisation | undefined, known: readonly Product[]) => {
    const result = readIn(organisation, known)
    return result.ok ? 'is priced' : result.reason
  }

  it('is that of all its products, where the organisation has several', () => {
    for (const currency of ['USD', 'TRY']) {
      const result = readIn(SEVERAL, pricedIn(currency))
      assert.ok(result.ok)
      assert.deepEqual([result.terms.amount, result.terms.currency], ['1300.24', currency])
    }
  })

  const AMOUNTS = [
    ['JPY', '1300'],
    ['KWD', '1300.235'],
    ['CLF', '1300.2350'],
  ] as const
  for (const [currency, amount] of AMOUNTS) {
    it(`reports how the amount is rounded: ${amount} ${currency}`, () => {
      const result = readIn(SEVERAL, pricedIn(currency))
      assert.equal(result.ok && result.terms.amount, amount)
    })
  }

  it('rounds half a yen up', () => {
    const known = [{ ...rack, currency: 'JPY', unitPrice: '0.5' as DecimalText }]
    const result = terms([{ productId: rack.id, quantity: 3 }], known, a.accountId, SEVERAL)
    assert.equal(result.ok && result.terms.amount, '2')
  })

  it('is not named where the organisation has one', () => {
    for (const known of [pricedIn(null), pricedIn('TRY')]) {
      const result = readIn(ONE, known)
      assert.ok(result.ok)
      assert.equal(result.terms.amount, '1300.24')
      assert.equal('currency' in result.terms, false)
    }
  })

  it('is one: a product in another one is refused by name', () => {
    assert.equal(
      reasonIn(SEVERAL, pricedIn('USD', 'TRY')),
      `product ${cable.id} is priced in TRY, and product ${rack.id} in USD: a sale has one currency`,
    )
  })

  it('is refused where the organisation has several and the product has none, or no code', () => {
    assert.equal(reasonIn(SEVERAL, pricedIn('USD', null)), `product ${cable.id} has no currency`)
    for (const organisation of [SEVERAL, ONE, undefined]) {
      assert.equal(
        reasonIn(organisation, pricedIn('dollars')),
        `product ${rack.id} has a currency that is no code of ISO 4217`,
      )
    }
  })

  it('is never taken for that of an organisation that has another one only', () => {
    assert.equal(
      reasonIn(ONE, pricedIn(null, 'USD')),
      `product ${cable.id} is priced in USD, and the organisation has TRY only`,
    )
  })

  it('is never taken for that of an organisation that is not known', () => {
    assert.equal(
      reasonIn(undefined, pricedIn(null, 'USD')),
      `product ${cable.id} is priced in USD, and it is not known which currencies the organisation has`,
    )
    assert.equal(reasonIn(undefined, pricedIn(null)), 'is priced')
  })
})

describe('A refusal', () => {
  const other = { productId: cable.id, quantity: 1 }
  const REFUSED = [
    ['is not in the CRM', [rack]],
    ['is not active', [rack, { ...cable, active: false }]],
    ['has no price', [rack, { ...cable, unitPrice: null }]],
    ['has a price that is no amount', [rack, { ...cable, unitPrice: 'free' as DecimalText }]],
    ['has a price that is no amount', [rack, { ...cable, unitPrice: '-1' as DecimalText }]],
  ] as const
  for (const [why, known] of REFUSED) {
    it(`names the product that ${why}`, () => {
      const result = terms([{ productId: rack.id, quantity: 1 }, other], known)
      assert.deepEqual(result, { ok: false, reason: `product ${cable.id} ${why}` })
    })
  }

  it('names the product whose quantity is no number', () => {
    const result = terms([{ productId: rack.id, quantity: Number.NaN }])
    assert.deepEqual(result, {
      ok: false,
      reason: `product ${rack.id} has a quantity that is no number`,
    })
  })
})
