import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { GATEWAY } from '../../../src/application/log/event-record.ts'
import type {
  AuditorLooked,
  SaleUnreadable,
  SignInsFailed,
} from '../../../src/application/log/service-events.ts'
import type { NewMail } from '../../../src/application/mail/outbox.port.ts'
import { now, priced, requested } from '../../support/examples/sale-examples.ts'
import * as a from '../../support/examples/store-examples.ts'
import { readable } from '../../support/log/readable.ts'

const look: AuditorLooked = {
  type: 'AuditorLooked',
  at: now,
  data: { day: '2026-11-23', what: '/log' },
}

const failed: SignInsFailed = {
  type: 'SignInsFailed',
  at: now,
  data: {
    minute: '2026-11-23T09:59:00.000Z',
    count: 2,
    reasons: { missing: 0, unknown: 1, expired: 0, revoked: 1 },
    addresses: [{ address: '192.0.2.1', count: 2 }],
    fromOtherAddresses: 0,
    keys: [{ keyId: '0a1b2c3d', count: 1 }],
    ofOtherKeys: 0,
  },
}

const accountMail: NewMail = {
  messageId: 'account-shut.1@gateway.example',
  about: 'account',
  saleId: null,
  subject: 'The gateway cannot use the CRM',
  text: 'Error Message: the refresh token was revoked\n',
  createdAt: now,
}

const NO_SALE = {
  saleId: null,
  sequence: null,
  version: 1,
  at: '2026-11-23T10:00:00.000Z',
}

function unreadable(number: number, position: number | null = null): SaleUnreadable {
  return { type: 'SaleUnreadable', at: now, data: { saleId: a.saleIdOf(number), position } }
}

function mailAbout(number: number): NewMail {
  const saleId = a.saleIdOf(number)
  return { ...a.mailOf(saleId), messageId: `${saleId}.unreadable@gateway.example` }
}

/** What `EventLog` promises, of any adapter. */
export function eventLogContract(kind: a.StoreKind): void {
  describe(`EventLog contract: ${kind.name}`, () => {
    it('records an event with who caused it, and returns its position', async () => {
      await using stores = await kind.fresh()
      await stores.sales.begin(a.firstOf(a.saleIdOf(1)), undefined, now)
      assert.equal(await stores.eventLog.record(failed, GATEWAY), 2)
      const [, event] = await stores.saleReader.events(0, 9)
      const { type, data } = failed
      assert.deepEqual(event, {
        position: 2,
        ...NO_SALE,
        type,
        data,
        actor: { system: 'gateway' },
        prev: null,
      })
      assert.deepEqual(await stores.outbox.backlog(), { count: 0, oldestAt: undefined })
    })

    it('puts out the mails of an event with it', async () => {
      await using stores = await kind.fresh()
      const data = { reason: 'the refresh token was revoked' }
      const shut = { type: 'CrmAccountShut', at: now, data } as const
      assert.equal(await stores.eventLog.record(shut, GATEWAY, [accountMail]), 1)
      assert.deepEqual(await stores.outbox.due(now, 9), [
        { ...accountMail, saleIds: [], attempts: 0 },
      ])
    })

    it('records every event, also one like another', async () => {
      await using stores = await kind.fresh()
      await Promise.all([1, 2, 3].map(() => stores.eventLog.record(failed, GATEWAY)))
      const events = readable(await stores.saleReader.events(0, 9))
      assert.deepEqual(
        events.map(({ position, type }) => [position, type]),
        [1, 2, 3].map((position) => [position, 'SignInsFailed']),
      )
    })

    it("records an auditor's visit with who came", async () => {
      await using stores = await kind.fresh()
      const auditor = {
        client: 'auditors',
        keyId: '0a1b2c3d',
        requestId: 'order-4711',
        address: '192.0.2.1',
        userAgent: null,
        software: 'plg-sales-gateway/0.1.0',
      }
      assert.equal(await stores.eventLog.recordOnce(look, auditor), true)
      const { type, data } = look
      assert.deepEqual(await stores.saleReader.events(0, 9), [
        { position: 1, ...NO_SALE, type, data, actor: auditor, prev: null },
      ])
    })

    it('records one visit for each key and day, also of many at once', async () => {
      await using stores = await kind.fresh()
      const other = { ...a.actor, keyId: 'ffffffff' }
      const nextDay = {
        ...look,
        at: a.later(86_400_000),
        data: { ...look.data, day: '2026-11-24' },
      }
      const recorded = await Promise.all([
        stores.eventLog.recordOnce(look, a.actor),
        stores.eventLog.recordOnce({ ...look, data: { ...look.data, what: '/sales' } }, a.actor),
        stores.eventLog.recordOnce(look, other),
        stores.eventLog.recordOnce(nextDay, a.actor),
        stores.eventLog.recordOnce(nextDay, a.actor),
      ])
      assert.deepEqual(recorded, [true, false, true, true, false])
      const events = readable(await stores.saleReader.events(0, 9))
      assert.deepEqual(
        events.map(({ data, actor }) => [actor, data]),
        [
          [a.actor, look.data],
          [other, look.data],
          [a.actor, nextDay.data],
        ],
      )
    })

    it('records a visit once in a turn in which much else is stored, before and after it', async () => {
      await using stores = await kind.fresh()
      const [one, other] = [a.saleIdOf(1), a.saleIdOf(2)]
      await stores.sales.begin(a.firstOf(one), undefined, now)
      const stored = await Promise.all([
        stores.eventLog.record(failed, GATEWAY),
        stores.sales.append(a.appendOf(one, [requested], [priced])),
        stores.eventLog.recordOnce(look, a.actor),
        stores.sales.append(a.appendOf(one, [requested, priced], [a.failed])),
        stores.sales.begin(a.firstOf(other), a.claim, now),
        stores.eventLog.recordOnce(look, a.actor),
        stores.sales.append(a.appendOf(other, [requested], [priced])),
        stores.eventLog.record(failed, GATEWAY),
      ])
      const [second, , first, , begun, again, , last] = stored
      assert.deepEqual([second, first, begun, again, last], [2, true, undefined, false, 8])
      const events = readable(await stores.saleReader.events(0, 9))
      assert.deepEqual(
        events.map(({ position, saleId, type }) => [position, saleId, type]),
        [
          [1, one, 'SaleRequested'],
          [2, null, 'SignInsFailed'],
          [3, one, 'SalePriced'],
          [4, null, 'AuditorLooked'],
          [5, one, 'CompensationRequired'],
          [6, other, 'SaleRequested'],
          [7, other, 'SalePriced'],
          [8, null, 'SignInsFailed'],
        ],
      )
      const { sales } = await stores.saleReader.list({ limit: 9 })
      assert.deepEqual(
        sales.map(({ saleId, status }) => [saleId, status]),
        [
          [other, 'in_progress'],
          [one, 'rolling_back'],
        ],
      )
    })

    it('records one unreadable event for each sale, with its mail, also of many at once', async () => {
      await using stores = await kind.fresh()
      const record = (event: SaleUnreadable, mail: NewMail) =>
        stores.eventLog.recordOnce(event, GATEWAY, [mail])
      const recorded = await Promise.all([
        record(unreadable(1, 3), mailAbout(1)),
        record(unreadable(1, 4), { ...mailAbout(1), messageId: 'another@gateway.example' }),
        record(unreadable(2), mailAbout(2)),
      ])
      assert.deepEqual(recorded, [true, false, true])
      const events = readable(await stores.saleReader.events(0, 9))
      assert.deepEqual(
        events.map(({ data }) => data),
        [unreadable(1, 3).data, unreadable(2).data],
      )
      assert.deepEqual(
        (await stores.outbox.due(now, 9)).map(({ messageId }) => messageId),
        [mailAbout(1).messageId, mailAbout(2).messageId],
      )
    })

    it('records one visit also where two processes are asked at once', async () => {
      await using database = await kind.shared()
      await using one = await database.connect()
      await using other = await database.connect()
      const recorded = await Promise.all(
        [one, other, one, other].map(({ eventLog }) => eventLog.recordOnce(look, a.actor)),
      )
      assert.deepEqual(
        recorded.filter((isFirst) => isFirst),
        [true],
      )
      assert.equal((await other.saleReader.events(0, 9)).length, 1)
    })
  })
}
