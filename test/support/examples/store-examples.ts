import type { InstanceNumber } from '../../../src/application/instances/instances.port.ts'
import type { CrmCall } from '../../../src/application/log/crm-call.ts'
import type { EventLog } from '../../../src/application/log/event-log.port.ts'
import type { Actor, ClientActor } from '../../../src/application/log/event-record.ts'
import { summarize } from '../../../src/application/log/sale-summary.ts'
import type { LogLossAccepted } from '../../../src/application/log/service-events.ts'
import type { NewMail } from '../../../src/application/mail/outbox.port.ts'
import type { Append, Claim, SaleStore } from '../../../src/application/sale/run/sale-store.port.ts'
import type { SaleId } from '../../../src/domain/ids.ts'
import type {
  CompensationRequired,
  SaleEvent,
  SaleRequested,
} from '../../../src/domain/sale/events.ts'
import { replay } from '../../../src/domain/sale/evolve.ts'
import { type EpochMs, plusMs } from '../../../src/domain/time.ts'
import type { Store } from '../../../src/infrastructure/service/open-store.ts'
import { dealCreated, dealId, now, quoteId, requested, salesOrderId } from './sale-examples.ts'

/** The ports over one connection to a database. Disposing of them closes the connection. */
export type Stores = Omit<Store, 'files' | 'close'> &
  AsyncDisposable & {
    /** The sales as this instance stores them. */
    salesOf(instance: InstanceNumber): SaleStore

    /** Marks the database as a copy of all that it holds now, as a backup is marked. */
    becomeCopy(): Promise<void>

    /** Replaces the body of an event, or removes the event, as no guard of the database allows. */
    damage(position: number, body: string | undefined): Promise<void>
  }

/** A kind of database, as the contract suites open it. */
export type StoreKind = {
  readonly name: string

  /** An empty database with one connection. It is gone when that is closed. */
  fresh(): Promise<Stores>

  /** An empty database to which several processes connect. It is gone after the test. */
  shared(): Promise<SharedDatabase>
}

export type SharedDatabase = { connect(): Promise<Stores> } & AsyncDisposable

/** Longer than any test, in milliseconds. */
const LONG_LEASE_MS = 600_000

/** Connections to one database, each of an instance that lives as long as the test. */
export async function connectAll(database: SharedDatabase, count: number) {
  const all = await Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const stores = await database.connect()
      const instance = await stores.instances.join(`instance ${index}`, LONG_LEASE_MS)
      return { ...stores, instance }
    }),
  )
  return {
    all,
    async [Symbol.asyncDispose]() {
      for (const stores of all) await stores[Symbol.asyncDispose]()
    },
  }
}

export const client = 'web-shop'
export const actor: ClientActor = { client, keyId: '0a1b2c3d' }

export const operator: Actor = { operator: 'root' }

export const claim: Claim = { client, key: 'order-4711', request: '{"products":[]}' }

export const createCall: CrmCall = {
  operation: 'create',
  module: 'Deals',
  reference: 'a sale:deal',
  at: '2026-11-23T10:00:00.000Z',
  ms: 210,
  outcome: 'unknown',
  answer: 'no answer in time',
}

export const deleteCall: CrmCall = {
  operation: 'delete',
  module: 'Deals',
  id: dealId,
  at: '2026-11-23T10:00:00.500Z',
  ms: 90,
  outcome: 'done',
  answer: 'success',
}

export const failed: CompensationRequired = {
  type: 'CompensationRequired',
  at: now,
  data: { failedStep: 'quote', reason: 'the CRM said: INVALID_DATA' },
}

export const rolledBack: readonly SaleEvent[] = [
  { type: 'DealDeleted', at: now, data: { dealId } },
  { type: 'SaleRolledBack', at: later(5), data: {} },
]

export const completed: readonly SaleEvent[] = [
  dealCreated,
  { type: 'QuoteCreated', at: now, data: { quoteId } },
  { type: 'SalesOrderCreated', at: later(7), data: { salesOrderId } },
  { type: 'SaleCompleted', at: later(7), data: {} },
]

export function later(ms: number): EpochMs {
  return plusMs(now, ms)
}

export function saleIdOf(number: number): SaleId {
  return `019ab123-4567-7abc-8def-${String(number).padStart(12, '0')}` as SaleId
}

/** What `begin` takes for a sale that differs from the example in `changes`. */
export function firstOf(
  saleId: SaleId,
  changes: { readonly client?: string; readonly event?: SaleRequested } = {},
): Append & { readonly client: string } {
  const event = changes.event ?? requested
  return { ...appendOf(saleId, [], [event]), client: changes.client ?? client }
}

/** What `append` takes to add `events` to a sale with the events `before`. */
export function appendOf(
  saleId: SaleId,
  before: readonly SaleEvent[],
  events: readonly SaleEvent[],
  mails: readonly NewMail[] = [],
): Append {
  const summary = summarize(replay(saleId, [...before, ...events]))
  return { saleId, after: before.length, events, actor, summary, mails }
}

/** Asks for a try of the sale now, as `sales resume` does, and returns the position of the request. */
export function askToResume(
  { eventLog }: { readonly eventLog: EventLog },
  saleId: SaleId,
  at: EpochMs,
): Promise<number> {
  const event = { type: 'SaleResumeRequested', at, data: { saleId } } as const
  return eventLog.record(event, { operator: 'it' })
}

/** An accepted loss of a log of which so many events are left. */
export function lossOf(logSize: number): LogLossAccepted {
  const found = { checkpointSize: 9, checkpointRoot: 'AA==', logSize, logRoot: 'AA==' }
  return { type: 'LogLossAccepted', at: now, data: { ...found, reason: 'the disk was lost' } }
}

export function mailOf(saleId: SaleId, createdAt = now): NewMail {
  return {
    messageId: `${saleId}.failed@gateway.example`,
    about: 'failed',
    saleId,
    subject: 'Sale failed',
    text: `Error Message: the CRM said no\nSale ID: ${saleId}\n`,
    createdAt,
  }
}

/** What a mailer reports of a mail that a mail server took. */
export const BY_SMTP = { way: 'smtp', recipients: 1 } as const

/** The mail of a failed sale as the gateway makes it, which may be collected. */
export function failureMailOf(number: number, createdAt: EpochMs, reason = 'no'): NewMail {
  const saleId = saleIdOf(number)
  const facts = `Error Message: ${reason}\nSale ID: ${saleId}`
  return { ...mailOf(saleId, createdAt), text: `Alone:\n${facts}\n`, facts }
}
