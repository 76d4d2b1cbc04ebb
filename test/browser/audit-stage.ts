import { makeFakeZoho } from '../../src/adapters/fake-zoho/fake-zoho.ts'
import { SAMPLE_CONTACT_ID } from '../../src/adapters/fake-zoho/world/sample-data.ts'
import type { SaleId } from '../../src/domain/ids.ts'
import { operator } from '../support/examples/store-examples.ts'
import { PATIENT, post, saleIdOf, untilEvent } from '../support/gateway/http-requests.ts'
import { makeTestService, type TestService } from '../support/gateway/test-service.ts'
import { addEveryEvent } from '../support/log/every-event.ts'
import { makeTrueTestTime } from '../support/time/test-time.ts'
import { until } from '../support/time/until.ts'

/** A service on a port of its own, with a sale of each kind. */
export type AuditStage = AsyncDisposable & {
  readonly t: TestService
  readonly url: string
  /** A key with `audit:read`. */
  readonly auditor: string
  /** A key that may sell. */
  readonly shop: string
  /** What the search is asked for. */
  readonly finds: { readonly contactId: string }
  /** Of a key that was made, rotated and revoked. */
  readonly keyId: string
  readonly sales: Readonly<Record<'completed' | 'rolledBack' | 'lookedFor' | 'stuck', SaleId>>
}

/** Milliseconds of each answer of the CRM, so that the lanes have something to show. */
const LATENCY_MS = 20

const HOUR_MS = 3_600_000

export async function makeAuditStage(): Promise<AuditStage> {
  const time = makeTrueTestTime()
  const referenceField = 'Gateway_Reference'
  const fake = makeFakeZoho({ ...time.clock, referenceField, latencyMs: LATENCY_MS })
  const t = await makeTestService({ ...PATIENT, STUCK_AFTER_MS: '100' }, { fake, time })
  const url = await t.server.listen({ host: '127.0.0.1', port: 0 })
  const auditor = await t.key('auditor', 'audit:read')
  const shop = await t.key('web-shop', 'sales:create')
  const kiosk = await t.key('the "kiosk" <b>', 'sales:create')

  const completed = await sell(t, shop)
  fake.faults.add({
    operation: 'create:Sales_Orders',
    kind: { type: 'refuse', message: 'the <b>Sales Order</b> has an "unknown" status' },
  })
  const rolledBack = await sell(t, kiosk)
  await untilEvent(t, rolledBack, 'SaleRolledBack')

  fake.faults.add({ operation: 'create:Quotes', kind: { type: 'resetAfter' } })
  fake.faults.add({ operation: 'create:Quotes', kind: { type: 'refuse' }, nth: 2 })
  const lookedFor = await sell(t, shop)
  await untilEvent(t, lookedFor, 'SaleRolledBack')

  fake.faults.add({ operation: 'create:Sales_Orders', kind: { type: 'refuse' } })
  fake.faults.add({
    operation: 'delete:Quotes',
    kind: { type: 'refuse', code: 'RECORD_LOCKED' },
    times: Number.POSITIVE_INFINITY,
  })
  const stuck = await sell(t, shop)
  await untilEvent(t, stuck, 'SaleStuck')
  await until('all mails are sent', async () => (await t.store.outbox.nextDueAt()) === undefined)

  await addEveryEvent(t.store.eventLog, stuck, time.clock.now())
  const keyId = await makeOldKey(t)

  return {
    t,
    url,
    keyId,
    auditor,
    shop,
    finds: { contactId: SAMPLE_CONTACT_ID },
    sales: { completed, rolledBack, lookedFor, stuck },
    [Symbol.asyncDispose]: () => t[Symbol.asyncDispose](),
  }
}

async function sell(t: TestService, key: string): Promise<SaleId> {
  return saleIdOf(await post(t, key))
}

async function makeOldKey({ store, time }: TestService): Promise<string> {
  const now = time.clock.now()
  const made = {
    client: 'till-7',
    scopes: ['sales:create'],
    createdAt: now,
    expiresAt: null,
  } as const
  const { id } = await store.keys.create(made, operator)
  await store.keys.rotate(id, HOUR_MS, now, operator)
  await store.keys.revoke(id, time.clock.now(), operator)
  return id
}
