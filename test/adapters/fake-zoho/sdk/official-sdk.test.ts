import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, beforeEach, describe, it } from 'node:test'
import { type FakeZoho, makeFakeZoho } from '../../../../src/adapters/fake-zoho/fake-zoho.ts'
import { type FakeZohoServer, serveFakeZoho } from '../../../../src/adapters/fake-zoho/serve.ts'
import {
  SAMPLE_ACCOUNT_ID,
  SAMPLE_CONTACT_ID,
  SAMPLE_PRODUCT_IDS,
} from '../../../../src/adapters/fake-zoho/world/sample-data.ts'
import { makeManualClock, REFERENCE_FIELD } from '../support.ts'
import type { Result, Row } from './load-sdk.ts'
import { connectSdk, type SdkClient, type Told } from './sdk-client.ts'

const EMAIL = 'info@poligonmuhendislik.com'
const ACCOUNT = BigInt(SAMPLE_ACCOUNT_ID)
const CONTACT = BigInt(SAMPLE_CONTACT_ID)
const [MOTOR, SENSOR] = SAMPLE_PRODUCT_IDS

/** Runs the SDK, on Node and on Deno, against the fake behind a socket. */
describe("Zoho's own SDK against the fake", () => {
  let fake: FakeZoho
  let server: FakeZohoServer
  let folder: string
  let zoho: SdkClient

  const clock = makeManualClock()

  before(async () => {
    const { now, sleep } = clock
    fake = makeFakeZoho({ now, sleep, referenceField: REFERENCE_FIELD, latencyMs: 0 })
    server = await serveFakeZoho(fake, { host: '127.0.0.1', port: 0 })
    folder = await mkdtemp(path.join(tmpdir(), 'zoho-sdk-'))
    zoho = await connectSdk(server.url, folder)
  })

  beforeEach(() => fake.clearJournal())

  after(async () => {
    await server.close()
    await rm(folder, { recursive: true, force: true })
  })

  const deal = () => ({
    Deal_Name: 'Sale 1',
    Stage: zoho.choice('Qualification'),
    Closing_Date: new Date('2026-03-31'),
    Amount: 2679.8,
    Account_Name: zoho.linkTo(ACCOUNT),
    Contact_Name: zoho.linkTo(CONTACT),
  })
  const lines = () => [
    zoho.line(BigInt(MOTOR), { Quantity: 2, List_Price: 1250 }),
    zoho.line(BigInt(SENSOR), { Quantity: 2, List_Price: 89.9, Description: 'IP67' }),
  ]
  const madeOperations = () =>
    fake.journal.map(({ operation }) => operation).filter((one) => !one.startsWith('fields:'))

  it('finds a contact and the city of its account with one query', async () => {
    const columns = 'id, Email, Account_Name.Billing_City'
    const rows = await zoho.query(`select ${columns} from Contacts where Email = '${EMAIL}'`)
    assert.equal(rows.status, 200)
    const found = firstOf(rows)
    assert.equal(found.getId(), CONTACT)
    assert.equal(found.getKeyValue('Account_Name.Billing_City'), 'Bursa')
    assert.deepEqual(madeOperations(), ['coql:Contacts'])
  })

  it('reads that a query finds nothing, and that a query is wrong', async () => {
    const none = await zoho.query("select id from Contacts where Email = 'no@example.com'")
    assert.deepEqual(none, { status: 204, answer: undefined })
    const wrong = await zoho.query("select Shoe_Size from Contacts where Email = 'a@example.com'")
    assert.equal(wrong.status, 400)
    assert.equal(wrong.answer?.getCode().getValue(), 'INVALID_QUERY')
  })

  it('finds a contact by its address, and reads its account', async () => {
    const contact = firstOf(await zoho.search('Contacts', EMAIL))
    assert.equal(contact.getId(), CONTACT)
    assert.equal(contact.getKeyValue('Email'), EMAIL)
    const link = contact.getKeyValue('Account_Name')
    assert.ok(isRow(link))
    const account = firstOf(await zoho.read('Accounts', link.getId()))
    assert.equal(account.getKeyValue('Billing_City'), 'Bursa')
    assert.equal(account.getKeyValue('Website'), null)
    assert.deepEqual(madeOperations(), ['search:Contacts', 'get:Accounts'])
  })

  it('finds a new contact by a query at once, and by a search when the index has it', async () => {
    fake.settings.change({ searchLagMs: 60_000 })
    fake.records.add('Contacts', { id: '7001', Email: 'new@example.com' }, clock.now())
    const search = () => zoho.search('Contacts', 'new@example.com')
    assert.deepEqual(await search(), { status: 204, answer: undefined })
    const rows = await zoho.query("select id from Contacts where Email = 'new@example.com'")
    assert.equal(firstOf(rows).getId(), 7001n)
    await clock.advance(60_000)
    assert.equal(firstOf(await search()).getId(), 7001n)
  })

  it('reads products by their ids', async () => {
    const told = await zoho.list('Products', [MOTOR, SENSOR, '1'], 'Unit_Price,Product_Active')
    const products = told.answer?.getData() ?? []
    assert.deepEqual(
      products.map((product) => [product.getId(), product.getKeyValue('Unit_Price')]),
      [
        [BigInt(SENSOR), 89.9],
        [BigInt(MOTOR), 1250],
      ],
    )
    assert.deepEqual(madeOperations(), ['list:Products'])
  })

  it('makes the records of a sale, reads one, and deletes them', async () => {
    const dealId = createdId(await zoho.create('Deals', { ...deal(), [REFERENCE_FIELD]: 'a:deal' }))
    const quote = {
      Subject: 'Sale 1',
      Quote_Stage: zoho.choice('Draft'),
      Deal_Name: zoho.linkTo(dealId),
      Account_Name: zoho.linkTo(ACCOUNT),
      Billing_City: 'Bursa',
      Quoted_Items: lines(),
      [REFERENCE_FIELD]: 'a:quote',
    }
    const quoteId = createdId(await zoho.create('Quotes', quote))
    const order = {
      Subject: 'Sale 1',
      Status: zoho.choice('Created'),
      Deal_Name: zoho.linkTo(dealId),
      Quote_Name: zoho.linkTo(quoteId),
      Account_Name: zoho.linkTo(ACCOUNT),
      Ordered_Items: lines(),
      [REFERENCE_FIELD]: 'a:salesOrder',
    }
    const orderId = createdId(await zoho.create('Sales_Orders', order))
    assertIsTheOrder(firstOf(await zoho.read('Sales_Orders', orderId)), quoteId)
    for (const [module, id] of [
      ['Sales_Orders', orderId],
      ['Quotes', quoteId],
      ['Deals', dealId],
    ] as const) {
      const told = await zoho.remove(module, id)
      assert.equal(told.status, 200)
      assert.equal(firstOf(told).constructor.name, 'SuccessResponse')
      assert.deepEqual(await zoho.read(module, id), { status: 204, answer: undefined })
      assert.equal(fake.records.live(module).length, 0)
    }
    const made = ['create:Deals', 'create:Quotes', 'create:Sales_Orders', 'get:Sales_Orders']
    assert.deepEqual(madeOperations().slice(0, made.length), made)
    const asked = fake.journal.map(({ operation }) => operation)
    for (const form of ['Deals', 'Quotes', 'Quoted_Items', 'Sales_Orders', 'Ordered_Items']) {
      assert.ok(asked.includes(`fields:${form}` as (typeof asked)[number]), form)
    }
  })

  it('reads which record has its reference already', async () => {
    const values = { ...deal(), [REFERENCE_FIELD]: 'b:deal' }
    const first = createdId(await zoho.create('Deals', values))
    const again = await zoho.create('Deals', values)
    assert.equal(again.status, 400)
    const refusal = firstOf(again)
    assert.equal(refusal.constructor.name, 'APIException')
    assert.equal(refusal.getCode().getValue(), 'DUPLICATE_DATA')
    const details = refusal.getDetails()
    assert.equal(details.get('id'), first)
    assert.equal(details.get('api_name'), REFERENCE_FIELD)
    const duplicate = details.get('duplicate_record')
    assert.ok(isRow(duplicate))
    assert.equal(duplicate.getId(), first)
    assert.equal((await zoho.remove('Deals', first)).status, 200)
  })

  it('reads "record not deleted" for a record that is deleted already', async () => {
    const id = createdId(await zoho.create('Deals', deal()))
    await zoho.remove('Deals', id)
    const { status, answer } = await zoho.remove('Deals', id)
    assert.equal(status, 400)
    assert.equal(answer?.constructor.name, 'APIException')
    assert.equal(answer.getCode().getValue(), 'INVALID_DATA')
    const message = answer.getMessage()
    assert.equal(typeof message === 'string' ? message : message.getValue(), 'record not deleted')
  })
})

function firstOf({ answer }: Told): Row & Result {
  const [first] = answer?.getData() ?? []
  assert.ok(first !== undefined)
  return first
}

function createdId(told: Told): bigint {
  assert.equal(told.status, 201)
  const result = firstOf(told)
  assert.equal(result.constructor.name, 'SuccessResponse')
  return BigInt(String(result.getDetails().get('id')))
}

function assertIsTheOrder(order: Row, quoteId: bigint): void {
  const link = order.getKeyValue('Quote_Name')
  assert.ok(isRow(link))
  assert.equal(link.getId(), quoteId)
  assert.equal(order.getKeyValue(REFERENCE_FIELD), 'a:salesOrder')
  const items = order.getKeyValue('Ordered_Items')
  assert.ok(Array.isArray(items))
  assert.deepEqual(
    items.map((line: Row) => [line.getKeyValue('Quantity'), line.getKeyValue('List_Price')]),
    [
      [2, 1250],
      [2, 89.9],
    ],
  )
}

/** The SDK does not export its record class, so whatever has an id counts as a record. */
function isRow(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && 'getId' in value
}
