// What tests ask of a service under test, and look at in it.

import assert from 'node:assert/strict'
import type { LightMyRequestResponse } from 'fastify'
import type { JournalEntry } from '../../../src/adapters/fake-zoho/answer/journal.ts'
import type { Operation } from '../../../src/adapters/fake-zoho/faults/operation.ts'
import {
  SAMPLE_CONTACT_ID,
  SAMPLE_PRODUCT_IDS,
} from '../../../src/adapters/fake-zoho/world/sample-data.ts'
import type { SaleId } from '../../../src/domain/ids.ts'
import type { TestService } from './test-service.ts'

const [productId, otherProductId] = SAMPLE_PRODUCT_IDS

/** The request of the published document. */
export const SALE = {
  contactId: SAMPLE_CONTACT_ID,
  products: [
    { productId, quantity: 2 },
    { productId: otherProductId, quantity: 5 },
  ],
} as const

// The published answers of createSales, byte for byte.
export const SUCCESS = '{"status":"success","message":"Success."}'
export const FAILED = '{"status":"failed","message":"Failed."}'

type Headers = Readonly<Record<string, string>>

/** Posts a sale; a text goes out as it is, anything else as JSON. */
export function post(t: TestService, key: string, body: unknown = SALE, headers: Headers = {}) {
  const asked = t.server.inject({
    method: 'POST',
    url: '/createSales',
    headers: { 'x-api-key': key, 'content-type': 'application/json', ...headers },
    payload: typeof body === 'string' ? body : JSON.stringify(body),
  })
  return t.time.during(asked)
}

export function get(t: TestService, key: string, url: string) {
  return t.time.during(t.server.inject({ method: 'GET', url, headers: { 'x-api-key': key } }))
}

/** The message of an answer that has to be of the one shape of all errors. */
export function errorMessage(answer: Pick<LightMyRequestResponse, 'body' | 'headers'>): string {
  const error: unknown = JSON.parse(answer.body)
  assert.ok(typeof error === 'object' && error !== null && 'message' in error)
  assert.deepEqual(Object.keys(error), ['status', 'message'])
  assert.ok(typeof error.message === 'string' && error.message !== '')
  assert.equal(answer.body, JSON.stringify({ status: 'error', message: error.message }))
  assert.match(String(answer.headers['content-type']), /^application\/json; charset=utf-8$/)
  assert.match(String(answer.headers['x-request-id'] ?? ''), /^[A-Za-z0-9._-]{8,64}$/)
  return error.message
}

export function saleIdOf(answer: LightMyRequestResponse): SaleId {
  const saleId = answer.headers['sale-id']
  assert.match(String(saleId), /^[0-9a-f-]{36}$/)
  return String(saleId) as SaleId
}

/** The one sale that the log knows. */
export async function onlySale(t: TestService) {
  const { sales } = await t.store.saleReader.list({ limit: 9 })
  assert.equal(sales.length, 1)
  const sale = sales[0] && (await t.store.saleReader.show(sales[0].saleId, undefined))
  assert.ok(sale !== undefined)
  return sale
}

/** The types of a sale's events, in order. */
export async function eventTypes(t: TestService, saleId: SaleId): Promise<readonly string[]> {
  const sale = await t.store.saleReader.show(saleId, undefined)
  return sale?.events.map(({ type }) => type) ?? []
}

/** Nothing of a sale was recorded, the CRM was not called, and no mail left. */
export async function assertNothingStarted(t: TestService): Promise<void> {
  assert.deepEqual(t.fake.journal, [])
  await assertNothingRecorded(t)
}

const FIRST_READS = ['coql:Contacts', 'list:Products', 'token']

/** The same of a sale that could not be recorded: the CRM was asked for the terms, and no more. */
export async function assertNothingBegun(t: TestService): Promise<void> {
  await t.time.until('the reads have arrived', () => t.fake.journal.length === FIRST_READS.length)
  await t.time.pass(QUIET_MS)
  assert.deepEqual(calls(t, '').toSorted(), FIRST_READS)
  await assertNothingRecorded(t)
}

/** Longer than a sale may take under the settings of a test. */
const QUIET_MS = 3_000

async function assertNothingRecorded(t: TestService): Promise<void> {
  const events = await t.store.saleReader.events(0, 1_000)
  assert.deepEqual(
    events.filter(({ saleId }) => saleId !== null),
    [],
  )
  assert.equal(await t.store.outbox.nextDueAt(), undefined)
  assert.deepEqual(t.mails, [])
}

const SALE_MODULES = ['Deals', 'Quotes', 'Sales_Orders'] as const

/** How many Deals, Quotes and Sales Orders are live in the CRM. */
export function live({ fake }: Pick<TestService, 'fake'>): readonly number[] {
  return SALE_MODULES.map((module) => fake.records.live(module).length)
}

/** The calls of this kind that the fake met, in order. */
export function calls(t: Pick<TestService, 'fake'>, kind: string): readonly Operation[] {
  const isOfKind = ({ operation }: JournalEntry) => operation.startsWith(kind)
  return t.fake.journal.filter(isOfKind).map(({ operation }) => operation)
}

/** Waits until the sale has an event of this type. */
export function untilEvent(t: TestService, saleId: SaleId, type: string): Promise<void> {
  return t.time.until(type, async () => (await eventTypes(t, saleId)).includes(type))
}

/** A call of the CRM that a test holds. */
type Held = {
  /** Lets time pass until the call is there. */
  arrived(): Promise<void>
  release(): void
}

/** Holds the next call of this kind before anything comes of it. No time passes until it is let go. */
export function holdAt(t: Pick<TestService, 'fake' | 'time'>, operation: Operation): Held {
  return holdNext(t, operation, t.time.standStill)
}

/** Holds the next call of this kind before anything comes of it. Time passes meanwhile. */
export function hangAt(t: Pick<TestService, 'fake' | 'time'>, operation: Operation): Held {
  return holdNext(t, operation, (held) => held)
}

function holdNext(
  { fake, time }: Pick<TestService, 'fake' | 'time'>,
  operation: Operation,
  wait: (held: Promise<void>) => Promise<void>,
): Held {
  const arrived = Promise.withResolvers<void>()
  const letGo = Promise.withResolvers<void>()
  fake.hooks.before = (arriving) => {
    if (arriving !== operation) return
    fake.hooks.before = undefined
    arrived.resolve()
    return wait(letGo.promise)
  }
  return { arrived: () => time.during(arrived.promise), release: letGo.resolve }
}

/** Times that leave a held call alone for as long as a test takes. */
export const PATIENT = { ZOHO_REQUEST_TIMEOUT_MS: '20000', SALE_DEADLINE_MS: '20000' }
