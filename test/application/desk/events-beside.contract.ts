import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { typesOf } from '../../../src/application/desk/event-groups.ts'
import type { EventsAsked, EventsBeside } from '../../../src/application/desk/events-beside.port.ts'
import { GATEWAY } from '../../../src/application/log/event-record.ts'
import { makeSignedCheckpoint } from '../../../src/domain/log/checkpoint.ts'
import { now } from '../../support/examples/sale-examples.ts'
import * as a from '../../support/examples/store-examples.ts'
import { signer } from '../../support/log/audit-log.ts'

const MINUTE_MS = 60_000

/** A sale, and events of no sale at these minutes, in this order: a clock was set back before the third. */
async function fill(stores: a.Stores): Promise<void> {
  await stores.sales.begin(a.firstOf(a.saleIdOf(1)), undefined, now)
  const at = (minute: number) => a.later(minute * MINUTE_MS)
  const { eventLog } = stores
  await eventLog.record({ type: 'CrmAccountShut', at: at(1), data: { reason: 'no' } }, GATEWAY)
  await eventLog.record({ type: 'CrmAccountReopened', at: at(5), data: {} }, GATEWAY)
  await a.askToResume(stores, a.saleIdOf(1), at(3))
  await eventLog.record({ type: 'CrmAccountShut', at: at(5), data: { reason: 'no' } }, GATEWAY)
  await stores.keys.create(
    { client: 'kiosk', scopes: [], createdAt: at(6), expiresAt: null },
    a.operator,
  )
}

/** What `EventsBeside` promises, of any adapter. */
export function eventsBesideContract(kind: a.StoreKind): void {
  describe(`EventsBeside contract: ${kind.name}`, () => {
    const read = async (
      { eventsBeside }: a.Stores,
      from: Parameters<EventsBeside['read']>[1],
      asked: Partial<EventsAsked> = {},
      limit = 9,
    ) => {
      const events = await eventsBeside.read({ types: typesOf(), ...asked }, from, limit)
      return events.map(({ position }) => position)
    }

    it('reads events of no sale by their times, then by their positions, both ways', async () => {
      await using stores = await kind.fresh()
      await fill(stores)
      assert.deepEqual(await read(stores, { towards: 'older' }), [6, 5, 3, 4, 2])
      assert.deepEqual(await read(stores, { towards: 'newer' }), [2, 4, 3, 5, 6])
      assert.deepEqual(await read(stores, { towards: 'older' }, {}, 2), [6, 5])
      const than = { at: '2026-11-23T10:05:00.000Z', position: 5 }
      assert.deepEqual(await read(stores, { towards: 'older', than }), [3, 4, 2])
      assert.deepEqual(await read(stores, { towards: 'newer', than }), [6])
      const first = { ...than, position: 3 }
      assert.deepEqual(await read(stores, { towards: 'newer', than: first }), [5, 6])
    })

    it('reads those of some types, and of a time', async () => {
      await using stores = await kind.fresh()
      await fill(stores)
      const types = typesOf(['account'])
      assert.deepEqual(await read(stores, { towards: 'older' }, { types }), [5, 3, 2])
      const span = { from: a.later(3 * MINUTE_MS), to: a.later(6 * MINUTE_MS) }
      assert.deepEqual(await read(stores, { towards: 'older' }, span), [5, 3, 4])
      assert.deepEqual(await read(stores, { towards: 'newer' }, { ...span, types }), [3, 5])
      assert.deepEqual(await read(stores, { towards: 'newer' }, { types: [] }), [])
    })

    it('returns each event by its exact bytes', async () => {
      await using stores = await kind.fresh()
      await fill(stores)
      const [event] = await stores.eventsBeside.read(
        { types: ['SaleResumeRequested'] },
        { towards: 'older' },
        1,
      )
      assert.equal(event?.type, 'SaleResumeRequested')
      assert.equal(event.at, '2026-11-23T10:03:00.000Z')
      const text = Buffer.from(event.body).toString()
      assert.deepEqual(JSON.parse(text).data, { saleId: a.saleIdOf(1) })
      assert.match(text, /^\{"actor":/)
    })

    it('reads the checkpoints by their times, both ways', async () => {
      await using stores = await kind.fresh()
      const root = new Uint8Array(32)
      for (const [number, minute] of [
        [1, 1],
        [2, 3],
        [3, 2],
        [4, 3],
      ] as const) {
        const stated = { number, size: number * 10, root, at: a.later(minute * MINUTE_MS) }
        const signed = makeSignedCheckpoint(signer, { ...stated, reason: 'events' })
        await stores.checkpoints.add(signed, [])
      }
      const numbers = async (...asked: Parameters<EventsBeside['readCheckpoints']>) =>
        (await stores.eventsBeside.readCheckpoints(...asked)).map(({ number }) => number)
      assert.deepEqual(await numbers({}, { towards: 'older' }, 9), [4, 2, 3, 1])
      assert.deepEqual(await numbers({}, { towards: 'newer' }, 3), [1, 3, 2])
      const than = { at: a.later(3 * MINUTE_MS), number: 4 }
      assert.deepEqual(await numbers({}, { towards: 'older', than }, 9), [2, 3, 1])
      assert.deepEqual(
        await numbers({ from: a.later(2 * MINUTE_MS), to: than.at }, { towards: 'older' }, 9),
        [3],
      )
      const [newest] = await stores.eventsBeside.readCheckpoints({}, { towards: 'older' }, 1)
      assert.deepEqual([newest?.size, newest?.at], [40, than.at])
      assert.match(newest?.note ?? '', /number 4\n/)
    })

    it('knows the last look of a key before a day', async () => {
      await using stores = await kind.fresh()
      for (const [day, keyId] of [
        ['2026-11-20', 'aaaaaaaa'],
        ['2026-11-22', 'aaaaaaaa'],
        ['2026-11-22', 'bbbbbbbb'],
        ['2026-11-23', 'aaaaaaaa'],
      ] as const) {
        const event = { type: 'AuditorLooked', at: now, data: { day, what: '/audit' } } as const
        await stores.eventLog.recordOnce(event, { client: 'auditor', keyId })
      }
      const lastLook = async (keyId: string, day: string) =>
        (await stores.eventsBeside.lastLook(keyId, day))?.position
      assert.equal(await lastLook('aaaaaaaa', '2026-11-23'), 2)
      assert.equal(await lastLook('aaaaaaaa', '2026-11-24'), 4)
      assert.equal(await lastLook('bbbbbbbb', '2026-11-23'), 3)
      assert.equal(await lastLook('bbbbbbbb', '2026-11-22'), undefined)
      assert.equal(
        (await stores.eventsBeside.lastLook('aaaaaaaa', '2026-11-23'))?.at,
        '2026-11-23T10:00:00.000Z',
      )
    })
  })
}
