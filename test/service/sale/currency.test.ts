// The currency of a sale: where the organisation has several, where it has one, and where nobody
// knows.

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  DEFAULT_SETTINGS,
  type SettingsPatch,
} from '../../../src/adapters/fake-zoho/world/settings.ts'
import {
  calls,
  eventTypes,
  FAILED,
  get,
  hangAt,
  live,
  onlySale,
  PATIENT,
  post,
  SALE,
  saleIdOf,
} from '../../support/gateway/http-requests.ts'
import { makeTestService, type TestService } from '../../support/gateway/test-service.ts'

const RECORDS = ['Deals', 'Quotes', 'Sales_Orders'] as const

const TWO_CURRENCIES: SettingsPatch = {
  homeCurrency: 'TRY',
  otherCurrencies: [
    { isoCode: 'USD', exchangeRate: 41.2, decimals: 2 },
    { isoCode: 'JPY', exchangeRate: 0.27, decimals: 0 },
  ],
}

/** Products with the price of the example, in three currencies. */
const IN_DOLLARS = '550428000000111901'
const IN_YEN = '550428000000111902'
const IN_LIRA = '550428000000111903'

/** A service in front of an organisation with these settings, whose currencies are known. */
async function serve(patch: SettingsPatch = {}): Promise<TestService> {
  const t = await makeTestService({}, { asksForCurrencies: true })
  t.fake.settings.change(patch)
  addProduct(t, IN_DOLLARS, { Currency: 'USD', Exchange_Rate: 41.2 })
  addProduct(t, IN_YEN, { Currency: 'JPY', Exchange_Rate: 0.27 })
  addProduct(t, IN_LIRA, { Currency: 'TRY', Exchange_Rate: 1 })
  await t.time.pass(100)
  assert.equal(calls(t, 'org').length, 1)
  t.fake.clearJournal()
  return t
}

function addProduct({ fake }: TestService, id: string, currency: object): void {
  const common = { Product_Name: 'Gear motor', Unit_Price: 19.99, Product_Active: true }
  fake.records.add('Products', { id, ...common, ...currency })
}

/** Two of each of these products. */
function two(...ids: readonly string[]) {
  return { ...SALE, products: ids.map((productId) => ({ productId, quantity: 2 })) }
}

async function sell(t: TestService, ...ids: readonly string[]) {
  return post(t, await t.key('acme', 'sales:create'), two(...ids))
}

/** What the three records have in this field. */
function inRecords({ fake }: TestService, field: string): readonly unknown[] {
  return RECORDS.map((module) => fake.records.live(module)[0]?.[field])
}

async function pricedData(t: TestService) {
  const { events } = await onlySale(t)
  const data = events.find(({ type }) => type === 'SalePriced')?.data
  assert.ok(data !== undefined)
  return data
}

async function assertRefused(t: TestService, answer: { readonly body: string }, reason: string) {
  assert.equal(answer.body, FAILED)
  const sale = await onlySale(t)
  assert.deepEqual(sale.failure, { step: 'products', message: reason })
  assert.deepEqual(live(t), [0, 0, 0])
  await t.time.until('the mail is sent', () => t.mails.length === 1)
  assert.ok(t.mails[0]?.text.includes(`Error Message: products: ${reason}\n`), t.mails[0]?.text)
}

describe('A sale in an organisation with several currencies', () => {
  it('is in the currency of its products, all three records', async () => {
    await using t = await serve(TWO_CURRENCIES)
    assert.equal((await sell(t, IN_DOLLARS)).statusCode, 200)
    assert.deepEqual(inRecords(t, 'Currency'), ['USD', 'USD', 'USD'])
    assert.deepEqual(inRecords(t, 'Exchange_Rate'), [41.2, 41.2, 41.2])
    assert.equal(t.fake.records.live('Deals')[0]?.['Amount'], 39.98)
    const { amount, currency } = await pricedData(t)
    assert.deepEqual([amount, currency], ['39.98', 'USD'])
  })

  it('names the currency of the organisation, too', async () => {
    await using t = await serve(TWO_CURRENCIES)
    assert.equal((await sell(t, IN_LIRA)).statusCode, 200)
    assert.deepEqual(inRecords(t, 'Currency'), ['TRY', 'TRY', 'TRY'])
    assert.equal((await pricedData(t))['currency'], 'TRY')
  })

  it('has an amount with the decimals of the currency', async () => {
    await using t = await serve(TWO_CURRENCIES)
    assert.equal((await sell(t, IN_YEN)).statusCode, 200)
    assert.equal(t.fake.records.live('Deals')[0]?.['Amount'], 40)
    const { amount, currency } = await pricedData(t)
    assert.deepEqual([amount, currency], ['40', 'JPY'])
  })

  it('takes no call more than any other', async () => {
    await using t = await serve(TWO_CURRENCIES)
    assert.equal((await sell(t, IN_DOLLARS)).statusCode, 200)
    assertFiveCalls(t)
  })

  it('is refused, by the name of the product, with products of two currencies', async () => {
    await using t = await serve(TWO_CURRENCIES)
    const other = `product ${IN_DOLLARS} in USD: a sale has one currency`
    const reason = `product ${IN_LIRA} is priced in TRY, and ${other}`
    await assertRefused(t, await sell(t, IN_DOLLARS, IN_LIRA), reason)
  })

  it('keeps its currency when a create is repeated', async () => {
    await using t = await serve(TWO_CURRENCIES)
    const refused = { operation: 'create:Quotes', kind: { type: 'status', status: 503 } } as const
    t.fake.faults.add({ ...refused, times: 2 })
    assert.equal((await sell(t, IN_DOLLARS)).statusCode, 200)
    assert.deepEqual(inRecords(t, 'Currency'), ['USD', 'USD', 'USD'])
  })

  it('shows its amount with the currency wherever it shows it', async () => {
    await using t = await serve(TWO_CURRENCIES)
    const saleId = saleIdOf(await sell(t, IN_DOLLARS))
    const auditor = await t.key('auditor', 'audit:read')
    for (const url of ['/audit', `/audit/sales/${saleId}`, '/audit/sales.csv']) {
      const { body, statusCode } = await get(t, auditor, url)
      assert.equal(statusCode, 200, url)
      assert.ok(body.includes('39.98 USD'), url)
    }
    const bundle = await get(t, auditor, `/audit/sales/${saleId}/bundle`)
    assert.match(bundle.body, />Amount in the log<\/th><td [^>]*>39\.98 USD<\/td>/)
    assert.match(bundle.body, />Unit price \(USD\)<\/th>/)
    assert.ok(bundle.body.includes('1 line, 39.98 USD in all'))
    const json = await get(t, auditor, `/audit/sales/${saleId}.json`)
    assert.ok(json.body.includes('"currency": "USD"'), json.body)
  })
})

function assertFiveCalls(t: TestService): void {
  assert.deepEqual(t.fake.journal.map(({ operation }) => operation).toSorted(), [
    'coql:Contacts',
    'create:Deals',
    'create:Quotes',
    'create:Sales_Orders',
    'list:Products',
  ])
}

describe('A sale in an organisation with one currency', () => {
  it('names no currency, and takes five calls', async () => {
    await using t = await serve()
    assert.equal((await post(t, await t.key('acme', 'sales:create'))).statusCode, 200)
    assertFiveCalls(t)
    assert.deepEqual(inRecords(t, 'Currency'), [undefined, undefined, undefined])
    const names = Object.keys(await pricedData(t))
    assert.deepEqual(names.toSorted(), ['accountId', 'amount', 'closingDate', 'lines'])
  })

  it('shows its amount without a currency', async () => {
    await using t = await serve()
    const saleId = saleIdOf(await post(t, await t.key('acme', 'sales:create')))
    const auditor = await t.key('auditor', 'audit:read')
    const { body } = await get(t, auditor, `/audit/sales/${saleId}`)
    assert.ok(body.includes('<dt>Amount</dt><dd>2,949.50</dd>'))
    assert.ok(body.includes('2 lines, 2,949.50 in all'))
  })

  it('is in the currency of its products within an hour of a second currency', async () => {
    await using t = await serve({ homeCurrency: 'TRY' })
    t.fake.settings.change(TWO_CURRENCIES)
    await t.time.pass(3_600_000)
    assert.equal((await sell(t, IN_DOLLARS)).statusCode, 200)
    assert.deepEqual(inRecords(t, 'Currency'), ['USD', 'USD', 'USD'])
  })
})

describe('A sale in an organisation whose currencies nobody knows', () => {
  /** The token has no scope for it. */
  function serveWithoutScope(patch: SettingsPatch): Promise<TestService> {
    const scopes = DEFAULT_SETTINGS.scopes.filter((scope) => scope !== 'ZohoCRM.org.READ')
    return serve({ ...patch, scopes })
  }

  it('is refused, by the name of the product, when the price is in a foreign currency', async () => {
    await using t = await serveWithoutScope(TWO_CURRENCIES)
    const why = 'and it is not known which currencies the organisation has'
    const reason = `product ${IN_DOLLARS} is priced in USD, ${why}`
    await assertRefused(t, await sell(t, IN_DOLLARS), reason)
  })

  it('is made without a currency when the price is in that of the organisation', async () => {
    await using t = await serveWithoutScope(TWO_CURRENCIES)
    assert.equal((await sell(t, IN_LIRA)).statusCode, 200)
    assert.deepEqual(inRecords(t, 'Currency'), ['TRY', 'TRY', 'TRY'])
    assert.equal((await pricedData(t))['currency'], undefined)
  })

  it('is made as ever when the organisation has one currency', async () => {
    await using t = await serveWithoutScope({})
    assert.equal((await post(t, await t.key('acme', 'sales:create'))).statusCode, 200)
    assertFiveCalls(t)
  })

  it('does not wait for an answer about them', async () => {
    await using t = await makeTestService(PATIENT, { asksForCurrencies: true })
    const question = hangAt(t, 'org')
    await question.arrived()
    const before = t.time.clock.now()
    const answer = await post(t, await t.key('acme', 'sales:create'))
    assert.equal(answer.statusCode, 200)
    assert.ok(t.time.clock.now() - before < 1_000)
    assert.deepEqual((await eventTypes(t, saleIdOf(answer))).at(-1), 'SaleCompleted')
    question.release()
  })
})
