import type { EventLog } from '../../../src/application/log/event-log.port.ts'
import { GATEWAY } from '../../../src/application/log/event-record.ts'
import type { ServiceEvent, SignInsFailed } from '../../../src/application/log/service-events.ts'
import { type EpochMs, plusMs } from '../../../src/domain/time.ts'
import { APART_MS, BEGAN } from './many-sales.ts'
import { saleIdOf } from './store-examples.ts'

/** Events that are written at once, so that there is a bound on what waits. */
const BATCH = 5_000

/** One event in so many is of a person, the others are of failed sign-ins and mails. */
export const PERSON_EVERY = 50

/** Fills a log with events of no sale, a quarter of a minute apart. */
export async function addManyEvents(eventLog: EventLog, count: number): Promise<void> {
  for (let from = 1; from <= count; from += BATCH) {
    const numbers = Array.from({ length: Math.min(BATCH, count + 1 - from) }, (_, i) => from + i)
    await Promise.all(numbers.map((n) => addEvent(eventLog, n)))
  }
}

async function addEvent(eventLog: EventLog, n: number): Promise<unknown> {
  const at = plusMs(BEGAN, (n * APART_MS) / 4)
  if (n % PERSON_EVERY !== 0)
    return eventLog.record(n % 2 === 0 ? signIns(n, at) : mail(n, at), GATEWAY)
  const data = { what: 'sale', saleId: saleIdOf(n), events: 6 } as const
  const actor = { client: 'auditor', keyId: (n % 997).toString(16).padStart(8, '0') }
  return eventLog.record({ type: 'AuditExported', at, data }, actor)
}

function mail(
  n: number,
  at: EpochMs,
): Exclude<ServiceEvent, { readonly type: 'AuditorLooked' | 'SaleUnreadable' }> {
  const messageId = `${n}.failed@gateway.example`
  return { type: 'MailSent', at, data: { messageId, about: 'failed', saleIds: [saleIdOf(n)] } }
}

function signIns(n: number, at: EpochMs): SignInsFailed {
  return {
    type: 'SignInsFailed',
    at,
    data: {
      minute: new Date(at).toISOString(),
      count: 2,
      reasons: { missing: 1, unknown: 0, expired: 1, revoked: 0 },
      addresses: [{ address: '203.0.113.7', count: 2 }],
      fromOtherAddresses: 0,
      keys: [{ keyId: n.toString(16).padStart(8, '0'), count: 1 }],
      ofOtherKeys: 0,
    },
  }
}
