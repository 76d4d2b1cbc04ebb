// What a caller, the log and the mail hold of a sale that the CRM refuses.

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { FaultKind } from '../../../src/adapters/fake-zoho/faults/fault-kinds.ts'
import type { Operation } from '../../../src/adapters/fake-zoho/faults/operation.ts'
import {
  SAMPLE_PRODUCT_INACTIVE_ID,
  SAMPLE_PRODUCT_WITHOUT_PRICE_ID,
} from '../../../src/adapters/fake-zoho/world/sample-data.ts'
import {
  calls,
  eventTypes,
  FAILED,
  live,
  onlySale,
  post,
  SALE,
  saleIdOf,
} from '../../support/gateway/http-requests.ts'
import { makeTestService, type TestService } from '../../support/gateway/test-service.ts'

const REFUSED: FaultKind = { type: 'refuse' }
const REASON = 'INVALID_DATA: invalid data'

type Step = {
  readonly operation: Operation
  readonly failedStep: string
  readonly title: string
  /** What was recorded before the failure, and the deletes that follow it. */
  readonly before: readonly string[]
  readonly deletes: readonly Operation[]
  readonly deleted: readonly string[]
}

const STEPS: readonly Step[] = [
  {
    operation: 'coql:Contacts',
    failedStep: 'contact',
    title: 'contact',
    before: [],
    deletes: [],
    deleted: [],
  },
  {
    operation: 'list:Products',
    failedStep: 'products',
    title: 'products',
    before: [],
    deletes: [],
    deleted: [],
  },
  {
    operation: 'create:Deals',
    failedStep: 'deal',
    title: 'Deal',
    before: ['SalePriced'],
    deletes: [],
    deleted: [],
  },
  {
    operation: 'create:Quotes',
    failedStep: 'quote',
    title: 'Quote',
    before: ['SalePriced', 'DealCreated'],
    deletes: ['delete:Deals'],
    deleted: ['DealDeleted'],
  },
  {
    operation: 'create:Sales_Orders',
    failedStep: 'salesOrder',
    title: 'Sales Order',
    before: ['SalePriced', 'DealCreated', 'QuoteCreated'],
    deletes: ['delete:Quotes', 'delete:Deals'],
    deleted: ['QuoteDeleted', 'DealDeleted'],
  },
]

async function sell(t: TestService, body: unknown = SALE) {
  return post(t, await t.key('shop', 'sales:create'), body)
}

/** The one mail, whole. */
async function onlyMail(t: TestService) {
  await t.time.until('a mail is sent', () => t.mails.length > 0)
  assert.equal(t.mails.length, 1)
  const [mail] = t.mails
  assert.ok(mail !== undefined)
  return mail
}

describe('createSales, refused by the CRM', () => {
  for (const step of STEPS) {
    it(`answers with the published bytes at the ${step.title}, and takes everything back`, async () => {
      await using t = await makeTestService()
      t.fake.faults.add({ operation: step.operation, kind: REFUSED })
      const answer = await sell(t)
      assert.equal(answer.statusCode, 500)
      assert.equal(answer.body, FAILED)
      assert.equal(answer.headers['sale-failure'], step.failedStep)
      assert.equal(answer.headers['content-type'], 'application/json; charset=utf-8')
      // The caller of a failed sale is answered when it is all gone, not before.
      assert.deepEqual(live(t), [0, 0, 0])
      assert.deepEqual(calls(t, 'delete:'), step.deletes)
      assert.equal(calls(t, step.operation).length, 1)
    })

    it(`writes down the step and the reason of a refusal at the ${step.title}`, async () => {
      await using t = await makeTestService()
      t.fake.faults.add({ operation: step.operation, kind: REFUSED })
      const saleId = saleIdOf(await sell(t))
      assert.deepEqual(await eventTypes(t, saleId), [
        'SaleRequested',
        ...step.before,
        'CompensationRequired',
        ...step.deleted,
        'SaleRolledBack',
      ])
      const sale = await onlySale(t)
      const required = sale.events.find(({ type }) => type === 'CompensationRequired')
      assert.deepEqual(required?.data, { failedStep: step.failedStep, reason: REASON })
      assert.equal(sale.status, 'rolled_back')
      assert.deepEqual(sale.failure, { step: step.failedStep, message: REASON })
    })

    it(`sends one mail about a refusal at the ${step.title}`, async () => {
      await using t = await makeTestService()
      t.fake.faults.add({ operation: step.operation, kind: REFUSED })
      const saleId = saleIdOf(await sell(t))
      const { dealId, quoteId } = await onlySale(t)
      const mail = await onlyMail(t)
      const lines = mail.text.split('\n').filter((line) => / (Message|ID): /.test(line))
      assert.deepEqual(lines, [
        `Error Message: ${step.title}: ${REASON}`,
        `Deal ID: ${dealId ?? 'not created'}`,
        `Quote ID: ${quoteId ?? 'not created'}`,
        'Sales Order ID: not created',
        `Sale ID: ${saleId}`,
      ])
      assert.equal(dealId !== null, step.before.includes('DealCreated'))
      assert.equal(quoteId !== null, step.before.includes('QuoteCreated'))
      assert.equal(mail.messageId, `${saleId}.failed@localhost`)
      await t.time.until(
        'the mail is marked',
        async () => (await t.store.outbox.nextDueAt()) === undefined,
      )
    })
  }

  const KINDS: readonly (readonly [string, FaultKind, string])[] = [
    [
      'a refusal with 200',
      { type: 'refuse', status: 200, code: 'DUPLICATE_DATA' },
      'DUPLICATE_DATA',
    ],
    ['no right', { type: 'refuse', status: 403, code: 'NO_PERMISSION', message: 'no' }, 'NO_PERM'],
    ['a record too many', { type: 'refuse', code: 'LIMIT_EXCEEDED' }, 'LIMIT_EXCEEDED'],
    ['a page with 403', { type: 'status', status: 403, body: '<html>' }, 'HTTP 403'],
  ]

  for (const [what, kind, reason] of KINDS) {
    it(`fails for good at ${what}`, async () => {
      await using t = await makeTestService()
      t.fake.faults.add({ operation: 'create:Quotes', kind })
      assert.equal((await sell(t)).body, FAILED)
      assert.deepEqual(live(t), [0, 0, 0])
      const { failure } = await onlySale(t)
      assert.equal(failure?.step, 'quote')
      assert.ok(failure.message.includes(reason), failure.message)
    })
  }

  it('puts what the CRM said on the one line of the mail that is for it', async () => {
    await using t = await makeTestService()
    const message = `no\nDeal ID: 1\r\n.\r\nBcc: a@example.com ${'x'.repeat(2_000)}`
    t.fake.faults.add({ operation: 'create:Deals', kind: { type: 'refuse', message } })
    await sell(t)
    const { text } = await onlyMail(t)
    assert.equal(text.split('\n').filter((line) => line.startsWith('Deal ID: ')).length, 1)
    assert.ok(text.split('\n').every((line) => Buffer.byteLength(line) <= 998))
    assert.doesNotMatch(text, /^Bcc|\r/m)
  })

  const PRODUCTS = [
    ['without a price', SAMPLE_PRODUCT_WITHOUT_PRICE_ID, 'has no price'],
    ['that is not active', SAMPLE_PRODUCT_INACTIVE_ID, 'is not active'],
    ['that is not there', '123', 'is not in the CRM'],
  ] as const

  for (const [what, productId, why] of PRODUCTS) {
    it(`names a product ${what}`, async () => {
      await using t = await makeTestService()
      const products = [...SALE.products, { productId, quantity: 1 }]
      assert.equal((await sell(t, { ...SALE, products })).body, FAILED)
      const message = `product ${productId} ${why}`
      assert.deepEqual((await onlySale(t)).failure, { step: 'products', message })
      assert.deepEqual(calls(t, 'create:'), [])
    })
  }

  it('names a contact that is not there', async () => {
    await using t = await makeTestService()
    assert.equal((await sell(t, { ...SALE, contactId: '123' })).body, FAILED)
    const message = 'contact 123 is not in the CRM'
    assert.deepEqual((await onlySale(t)).failure, { step: 'contact', message })
    assert.deepEqual(calls(t, 'create:'), [])
  })

  it('deletes nothing that it did not create', async () => {
    await using t = await makeTestService()
    const older = { id: '9000', Deal_Name: 'Sale of somebody', Gateway_Reference: null }
    t.fake.records.add('Deals', older)
    t.fake.faults.add({ operation: 'create:Quotes', kind: REFUSED })
    await sell(t)
    assert.deepEqual(
      t.fake.records.live('Deals').map(({ id }) => id),
      ['9000'],
    )
    assert.equal(t.fake.records.bin('Deals').length, 1)
  })
})
