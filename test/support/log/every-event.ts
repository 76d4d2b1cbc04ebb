import { EVENT_GROUPS } from '../../../src/application/desk/event-groups.ts'
import type { EventLog } from '../../../src/application/log/event-log.port.ts'
import { type Actor, GATEWAY } from '../../../src/application/log/event-record.ts'
import type { OnceEvent, ServiceEvent } from '../../../src/application/log/service-events.ts'
import type { SaleId } from '../../../src/domain/ids.ts'
import { type EpochMs, plusMs } from '../../../src/domain/time.ts'
import { dealId } from '../examples/sale-examples.ts'
import { operator } from '../examples/store-examples.ts'

const AUDITOR: Actor = { client: 'auditor', keyId: '0a1b2c3d', requestId: 'a-request' }

/** Milliseconds for which the account is shut. */
export const SHUT_MS = 90_000

/** Puts an event of each type that belongs to no sale into a log, a second apart, the newest at `last`. */
export async function addEveryEvent(
  eventLog: EventLog,
  saleId: SaleId,
  last: EpochMs,
): Promise<void> {
  const events = everyEvent(saleId, last)
  for (const [event, actor] of events) {
    if (isOnce(event)) await eventLog.recordOnce(event, actor)
    else await eventLog.record(event, actor)
  }
  if (new Set(events.map(([{ type }]) => type)).size < EVENT_GROUPS.length)
    throw new Error('too few')
}

function isOnce(event: ServiceEvent): event is OnceEvent {
  return event.type === 'AuditorLooked' || event.type === 'SaleUnreadable'
}

function everyEvent(saleId: SaleId, last: EpochMs): readonly (readonly [ServiceEvent, Actor])[] {
  const shutAt = plusMs(last, -SHUT_MS)
  const text = new Date(last).toISOString()
  const orphan = { saleId, step: 'deal', id: dealId } as const
  const exported = { first: 1, last: 9, events: 9 }
  return [
    [{ type: 'CrmAccountShut', at: shutAt, data: { reason: 'invalid_client' } }, GATEWAY],
    [{ type: 'SaleResumeRequested', at: plusMs(shutAt, 1_000), data: { saleId } }, operator],
    [{ type: 'CrmAccountReopened', at: last, data: {} }, GATEWAY],
    [
      {
        type: 'ApiKeyCreated',
        at: last,
        data: { keyId: '0a1b2c3d', client: 'auditor', scopes: ['audit:read'], expiresAt: text },
      },
      operator,
    ],
    [
      {
        type: 'ApiKeyRotated',
        at: last,
        data: { keyId: '0a1b2c3d', newKeyId: '4d3c2b1a', expiresAt: text },
      },
      operator,
    ],
    [{ type: 'ApiKeyRevoked', at: last, data: { keyId: '0a1b2c3d' } }, operator],
    [{ type: 'AuditorLooked', at: last, data: { day: '2026-11-23', what: '/audit' } }, AUDITOR],
    [{ type: 'SignInsFailed', at: last, data: signIns(text) }, GATEWAY],
    [{ type: 'AuditExported', at: last, data: { what: 'sale', saleId, events: 6 } }, AUDITOR],
    [
      {
        type: 'AuditExported',
        at: last,
        data: { what: 'range', from: text, to: text, ...exported },
      },
      AUDITOR,
    ],
    [{ type: 'LogLossAccepted', at: last, data: loss }, operator],
    [
      {
        type: 'MailSent',
        at: last,
        data: {
          messageId: 'm@gateway.example',
          about: 'failed',
          saleIds: [saleId],
          way: 'smtp',
          recipients: 2,
        },
      },
      GATEWAY,
    ],
    [{ type: 'SaleUnreadable', at: last, data: { saleId, position: null } }, GATEWAY],
    [{ type: 'OrphanDeleted', at: last, data: orphan }, operator],
    [
      { type: 'OrphanDeleteFailed', at: last, data: { ...orphan, reason: 'RECORD_LOCKED' } },
      operator,
    ],
    [
      { type: 'LogMoved', at: last, data: { to: 'postgres://db.example:5432/gateway', ...end } },
      operator,
    ],
    [{ type: 'LogArrived', at: last, data: { from: 'sqlite:/data/gateway.db', ...end } }, operator],
    [{ type: 'ClockJumped', at: last, data: { byMs: -7_200_000, jumps: 1 } }, GATEWAY],
  ]
}

const end = { size: 42, root: 'r' }

const loss = {
  checkpointSize: 40,
  checkpointRoot: 'r',
  logSize: 38,
  logRoot: 's',
  reason: 'the disk was restored from the evening before',
}

function signIns(minute: string) {
  return {
    minute,
    count: 5,
    reasons: { missing: 1, unknown: 2, expired: 1, revoked: 1 },
    addresses: [{ address: '203.0.113.7', count: 3 }],
    fromOtherAddresses: 2,
    keys: [{ keyId: '0a1b2c3d', count: 2 }],
    ofOtherKeys: 0,
  }
}
