import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { makeFakeZoho } from '../../../../src/adapters/fake-zoho/fake-zoho.ts'
import {
  SAMPLE_ACCOUNT_ID,
  SAMPLE_CONTACT_ID,
  SAMPLE_CONTACT_WITHOUT_ACCOUNT_ID,
} from '../../../../src/adapters/fake-zoho/world/sample-data.ts'
import { makeSystemClock } from '../../../../src/infrastructure/system/system-clock.ts'
import {
  calls,
  eventTypes,
  live,
  onlySale,
  post,
  SALE,
  SUCCESS,
  saleIdOf,
} from '../../../support/gateway/http-requests.ts'
import { makeTestService, type TestService } from '../../../support/gateway/test-service.ts'

const ACCOUNT_NAME = 'Poligon Mühendislik San. ve Tic. Ltd. Şti.'
const [line, otherLine] = SALE.products
const DAY_MS = 86_400_000

const ADDRESS = {
  Billing_Street: 'Tahtalı Mah. Kiteyol Sok. No: 24',
  Billing_City: 'Bursa',
  Billing_State: 'Nilüfer',
  Billing_Code: '16110',
  Billing_Country: 'Türkiye',
  Shipping_Street: 'Tahtalı Mah. Kiteyol Sok. No: 24',
  Shipping_City: 'Bursa',
  Shipping_State: 'Nilüfer',
  Shipping_Code: '16110',
  Shipping_Country: 'Türkiye',
}

/** What the gateway sent to create the record of this module. */
function sentTo({ sent }: Recording, module: string): Readonly<Record<string, unknown>> {
  const bodies = sent.filter(({ path }) => path === `/crm/v8/${module}`)
  assert.equal(bodies.length, 1)
  const { data } = JSON.parse(bodies[0]?.text ?? '')
  assert.equal(data.length, 1)
  return data[0]
}

type Recording = { readonly sent: readonly { readonly path: string; readonly text: string }[] }

/** The service, with what it sends to the CRM on record. */
async function makeRecordedApp(settings: Readonly<Record<string, string>> = {}) {
  const sent: { path: string; text: string }[] = []
  const referenceField = 'Gateway_Reference'
  const fake = makeFakeZoho({ ...makeSystemClock(), referenceField, latencyMs: 0 })
  const fetch = async (request: Request) => {
    sent.push({ path: new URL(request.url).pathname, text: await request.clone().text() })
    return fake.fetch(request)
  }
  const t = await makeTestService(settings, { fake: { ...fake, fetch } })
  return Object.assign(t, { sent })
}

async function sell(t: TestService, body: unknown = SALE) {
  const answer = await post(t, await t.key('shop', 'sales:create'), body)
  assert.equal(answer.body, SUCCESS)
  return saleIdOf(answer)
}

describe('createSales', () => {
  it('answers with the published bytes', async () => {
    await using t = await makeTestService()
    const answer = await post(t, await t.key('shop', 'sales:create'))
    assert.equal(answer.statusCode, 200)
    assert.equal(answer.body, SUCCESS)
    assert.equal(answer.headers['content-type'], 'application/json; charset=utf-8')
    assert.equal(answer.headers['sale-id'], (await onlySale(t)).saleId)
    assert.equal(answer.headers['idempotent-replayed'], undefined)
  })

  it('needs two reads side by side, then three creates one after the other', async () => {
    await using t = await makeTestService()
    await sell(t)
    const [token, ...rest] = calls(t, '')
    assert.equal(token, 'token')
    assert.deepEqual(rest.slice(0, 2).toSorted(), ['coql:Contacts', 'list:Products'])
    const creates = ['create:Deals', 'create:Quotes', 'create:Sales_Orders']
    assert.deepEqual(rest.slice(2), creates)
  })

  it('writes down each step, and neither a fault nor a mail', async () => {
    await using t = await makeTestService()
    assert.deepEqual(await eventTypes(t, await sell(t)), [
      'SaleRequested',
      'SalePriced',
      'DealCreated',
      'QuoteCreated',
      'SalesOrderCreated',
      'SaleCompleted',
    ])
    assert.deepEqual(t.mails, [])
  })

  it('sends the fields of the contract, and no other', async () => {
    await using t = await makeRecordedApp()
    const saleId = await sell(t)
    const { dealId, quoteId } = await onlySale(t)
    const today = new Date(t.time.clock.now()).toISOString().slice(0, 10)
    const name = `${ACCOUNT_NAME} ${today} ${saleId.slice(-8)}`
    const closing = new Date(t.time.clock.now() + 30 * DAY_MS).toISOString().slice(0, 10)
    const parties = {
      Contact_Name: { id: SAMPLE_CONTACT_ID },
      Account_Name: { id: SAMPLE_ACCOUNT_ID },
    }
    const lines = [
      { Product_Name: { id: line.productId }, Quantity: 2, List_Price: 1250 },
      { Product_Name: { id: otherLine.productId }, Quantity: 5, List_Price: 89.9 },
    ]
    assert.deepEqual(sentTo(t, 'Deals'), {
      Deal_Name: name,
      Stage: 'Qualification',
      Closing_Date: closing,
      Amount: 2949.5,
      ...parties,
      Gateway_Reference: `${saleId}:deal`,
    })
    assert.deepEqual(sentTo(t, 'Quotes'), {
      Subject: name,
      Quote_Stage: 'Draft',
      Deal_Name: { id: dealId },
      ...parties,
      ...ADDRESS,
      Quoted_Items: lines,
      Gateway_Reference: `${saleId}:quote`,
    })
    assert.deepEqual(sentTo(t, 'Sales_Orders'), {
      Subject: name,
      Status: 'Created',
      Deal_Name: { id: dealId },
      Quote_Name: { id: quoteId },
      ...parties,
      ...ADDRESS,
      Ordered_Items: lines,
      Gateway_Reference: `${saleId}:salesOrder`,
    })
  })

  it('sends what the settings say', async () => {
    await using t = await makeRecordedApp({
      ZOHO_DEAL_STAGE: 'Closed Won',
      ZOHO_DEAL_PIPELINE: 'Standard (Standard)',
      ZOHO_QUOTE_STAGE: 'Delivered',
      ZOHO_SALES_ORDER_STATUS: 'Approved',
      ZOHO_CLOSING_DAYS: '0',
      ZOHO_TRIGGER: 'none',
    })
    await sell(t)
    const deal = sentTo(t, 'Deals')
    assert.equal(deal['Stage'], 'Closed Won')
    assert.equal(deal['Pipeline'], 'Standard (Standard)')
    assert.equal(deal['Closing_Date'], new Date(t.time.clock.now()).toISOString().slice(0, 10))
    assert.equal(sentTo(t, 'Quotes')['Quote_Stage'], 'Delivered')
    assert.equal(sentTo(t, 'Sales_Orders')['Status'], 'Approved')
    const creates = t.sent.filter(({ text }) => text.startsWith('{"data"'))
    assert.deepEqual(
      creates.map(({ text }) => JSON.parse(text).trigger),
      [[], [], []],
    )
  })

  it('links the three records to each other, with one of each', async () => {
    await using t = await makeTestService()
    await sell(t)
    assert.deepEqual(live(t), [1, 1, 1])
    const [deal] = t.fake.records.live('Deals')
    const [quote] = t.fake.records.live('Quotes')
    const [order] = t.fake.records.live('Sales_Orders')
    const idOf = (link: unknown) => (link as { readonly id: string }).id
    assert.equal(idOf(quote?.['Deal_Name']), deal?.id)
    assert.equal(idOf(order?.['Deal_Name']), deal?.id)
    assert.equal(idOf(order?.['Quote_Name']), quote?.id)
    const { dealId, quoteId, salesOrderId } = await onlySale(t)
    assert.deepEqual([dealId, quoteId, salesOrderId], [deal?.id, quote?.id, order?.id])
  })

  it('keeps the order of the lines, and a product named twice as two lines', async () => {
    await using t = await makeRecordedApp()
    const products = [otherLine, line, { ...otherLine, quantity: 0.5 }]
    await sell(t, { ...SALE, products })
    for (const [module, name] of [
      ['Quotes', 'Quoted_Items'],
      ['Sales_Orders', 'Ordered_Items'],
    ]) {
      const lines = sentTo(t, module ?? '')[name ?? '']
      assert.deepEqual(lines, [
        { Product_Name: { id: otherLine.productId }, Quantity: 5, List_Price: 89.9 },
        { Product_Name: { id: line.productId }, Quantity: 2, List_Price: 1250 },
        { Product_Name: { id: otherLine.productId }, Quantity: 0.5, List_Price: 89.9 },
      ])
    }
    const ids = t.fake.journal.filter(({ operation }) => operation === 'list:Products')
    assert.equal(ids.length, 1)
  })

  it('makes a sale without an account or an address for a contact without one', async () => {
    await using t = await makeRecordedApp()
    await sell(t, { ...SALE, contactId: SAMPLE_CONTACT_WITHOUT_ACCOUNT_ID })
    for (const module of ['Deals', 'Quotes', 'Sales_Orders']) {
      const fields = Object.keys(sentTo(t, module))
      assert.ok(!fields.some((name) => /Account|Billing|Shipping/.test(name)), fields.join())
    }
  })

  it('reads 200 different products, 50 at a time', async () => {
    await using t = await makeTestService()
    const products = Array.from({ length: 200 }, (_, i) => ({
      productId: `${7000 + i}`,
      quantity: 1,
    }))
    for (const { productId: id } of products) {
      const fields = { Product_Name: `Part ${id}`, Unit_Price: 0.01, Product_Active: true }
      t.fake.records.add('Products', { id, ...fields })
    }
    await sell(t, { ...SALE, products })
    assert.equal(calls(t, 'list:').length, 4)
    assert.equal(t.fake.records.live('Deals')[0]?.['Amount'], 2)
  })

  const AMOUNTS = [
    ['a price in tenths', 0.1, 3, '0.30'],
    ['a half, rounded up', 0.005, 1, '0.01'],
    ['less than a half, rounded down', 0.0049, 1, '0.00'],
    ['a sum that binary fractions get wrong', 1.005, 1, '1.01'],
    ['a price of nothing', 0, 7, '0.00'],
    ['a large price', 90_071_992_547.41, 100_000, '9007199254741000.00'],
  ] as const

  for (const [what, price, quantity, amount] of AMOUNTS) {
    it(`sums up exactly ${what}`, async () => {
      await using t = await makeRecordedApp()
      const fields = { Product_Name: 'Part', Unit_Price: price, Product_Active: true }
      t.fake.records.add('Products', { id: '7000', ...fields })
      await sell(t, { ...SALE, products: [{ productId: '7000', quantity }] })
      const deal = t.sent.find(({ path }) => path === '/crm/v8/Deals')
      assert.ok(deal?.text.includes(`"Amount":${amount},`), deal?.text)
    })
  }
})
