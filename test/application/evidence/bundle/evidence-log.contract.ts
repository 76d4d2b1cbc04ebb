import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { StoredEvent } from '../../../../src/application/evidence/bundle/evidence-log.port.ts'
import { GATEWAY } from '../../../../src/application/log/event-record.ts'
import type { ServiceEvent } from '../../../../src/application/log/service-events.ts'
import { makeSignedCheckpoint } from '../../../../src/domain/log/checkpoint.ts'
import { hexOf, leafHash } from '../../../../src/domain/log/hash.ts'
import { dealId, now, priced, requested } from '../../../support/examples/sale-examples.ts'
import * as a from '../../../support/examples/store-examples.ts'
import { signer } from '../../../support/log/audit-log.ts'

const [one, other] = [a.saleIdOf(1), a.saleIdOf(2)]

const textOf = ({ body }: StoredEvent) => Buffer.from(body).toString()

/** The position of each event with its type. */
const placed = (events: readonly StoredEvent[]) =>
  events.map((event) => [event.position, JSON.parse(textOf(event)).type])

/** Every event that may name the sale `one` or another, and some that name none. */
function eventsNaming(saleId: typeof one): readonly ServiceEvent[] {
  const orphan = { saleId, step: 'deal', id: dealId } as const
  const about = { messageId: `${saleId}.failed@gateway.example`, about: 'failed' } as const
  return [
    { type: 'SaleResumeRequested', at: now, data: { saleId } },
    { type: 'SaleUnreadable', at: now, data: { saleId, position: null } },
    { type: 'OrphanDeleted', at: now, data: orphan },
    { type: 'OrphanDeleteFailed', at: now, data: { ...orphan, reason: 'RECORD_LOCKED' } },
    { type: 'AuditExported', at: now, data: { what: 'sale', saleId, events: 4 } },
    { type: 'MailSent', at: now, data: { ...about, saleIds: [saleId], ...a.BY_SMTP } },
  ]
}

const OF_NO_SALE: readonly ServiceEvent[] = [
  { type: 'CrmAccountReopened', at: now, data: {} },
  { type: 'MailSent', at: now, data: { messageId: 'b', about: 'checkpoint', saleIds: [] } },
  { type: 'MailSent', at: now, data: { messageId: one, about: 'account', saleIds: [] } },
]

async function recordAll({ eventLog }: a.Stores, events: readonly ServiceEvent[]): Promise<void> {
  for (const event of events) {
    const isOnce = event.type === 'SaleUnreadable' || event.type === 'AuditorLooked'
    await (isOnce ? eventLog.recordOnce(event, GATEWAY) : eventLog.record(event, GATEWAY))
  }
}

/** What `EvidenceLog` promises, of any adapter. */
export function evidenceLogContract(kind: a.StoreKind): void {
  describe(`EvidenceLog contract: ${kind.name}`, () => {
    it('has the events of a sale by the exact bytes that were hashed, oldest first', async () => {
      await using stores = await kind.fresh()
      for (const id of [one, other]) await stores.sales.begin(a.firstOf(id), undefined, now)
      await stores.sales.append(a.appendOf(one, [requested], [priced, a.failed]))
      const events = await stores.evidence.ofSale(one)
      assert.deepEqual(
        events.map(({ position }) => position),
        [1, 3, 4],
      )
      const leaves = await stores.tree.leaves(0, 9)
      for (const { position, body } of events) {
        const leaf = leaves[position - 1]?.leaf ?? assert.fail('each event has a leaf')
        assert.equal(hexOf(leafHash(body)), hexOf(leaf))
      }
      assert.equal(
        textOf(events[0] ?? assert.fail('there are events')),
        '{"actor":{"client":"web-shop","keyId":"0a1b2c3d"},"at":"2026-11-23T10:00:00.000Z",' +
          '"data":{"contactId":"550428000000001001","idempotent":true,' +
          '"products":[{"productId":"550428000000003001","quantity":2}]},"position":1,"prev":null,' +
          `"saleId":"${one}","sequence":1,"type":"SaleRequested","version":1}`,
      )
      assert.deepEqual(await stores.evidence.ofSale(a.saleIdOf(3)), [])
    })

    it('has an event that cannot be read as it is', async () => {
      await using stores = await kind.fresh()
      await stores.sales.begin(a.firstOf(one), undefined, now)
      await stores.damage(1, '{"position":1')
      assert.deepEqual((await stores.evidence.ofSale(one)).map(textOf), ['{"position":1'])
    })

    it('has what people did about a sale and its mails, and nothing about others', async () => {
      await using stores = await kind.fresh()
      await stores.sales.begin(a.firstOf(one), undefined, now)
      await recordAll(stores, eventsNaming(one))
      await recordAll(stores, OF_NO_SALE)
      await recordAll(stores, eventsNaming(other))
      const naming = eventsNaming(one).map(({ type }, index) => [2 + index, type])
      assert.deepEqual(placed(await stores.evidence.naming(one)), naming)
      const [first] = await stores.evidence.naming(one)
      const [, leaf] = await stores.tree.leaves(0, 2)
      assert.ok(first !== undefined && leaf !== undefined)
      assert.equal(hexOf(leafHash(first.body)), hexOf(leaf.leaf))
      assert.deepEqual(await stores.evidence.naming(a.saleIdOf(3)), [])
    })

    it('has a mail that names several sales for each of them', async () => {
      await using stores = await kind.fresh()
      const data = { messageId: 'a', about: 'failed', saleIds: [one, other], ...a.BY_SMTP } as const
      await recordAll(stores, [{ type: 'MailSent', at: now, data }])
      for (const id of [one, other]) {
        assert.deepEqual(placed(await stores.evidence.naming(id)), [[1, 'MailSent']])
      }
    })

    it('has the others where an event that may name a sale cannot be read', async () => {
      await using stores = await kind.fresh()
      await recordAll(stores, eventsNaming(one).slice(0, 3))
      await stores.damage(1, '{"data":')
      await stores.damage(2, '[]')
      assert.deepEqual(placed(await stores.evidence.naming(one)), [[3, 'OrphanDeleted']])
    })

    it('finds the first and the last event of a time, whatever order the clocks left', async () => {
      await using stores = await kind.fresh()
      for (const ms of [0, 1_000, 3_000, 2_000, 5_000]) {
        const event = { type: 'CrmAccountReopened', at: a.later(ms), data: {} } as const
        await stores.eventLog.record(event, GATEWAY)
      }
      const span = (from: number, to: number) => stores.evidence.span(a.later(from), a.later(to))
      assert.deepEqual(await span(0, 9_000), { first: 1, last: 5 })
      assert.deepEqual(await span(1_000, 3_000), { first: 2, last: 4 })
      assert.deepEqual(await span(3_000, 3_001), { first: 3, last: 3 })
      assert.deepEqual(await span(5_000, 5_000), undefined)
      assert.deepEqual(await span(5_001, 9_000), undefined)
      await stores.damage(2, '{')
      assert.deepEqual(await span(1_000, 3_000), { first: 4, last: 4 })
    })

    it('finds no event in an empty log', async () => {
      await using stores = await kind.fresh()
      assert.equal(await stores.evidence.span(now, a.later(1)), undefined)
    })

    it('reads the checkpoints over some sizes, page by page', async () => {
      await using stores = await kind.fresh()
      const root = new Uint8Array(32)
      const notes: string[] = []
      for (const [number, size] of [
        [1, 0],
        [2, 4],
        [3, 4],
        [4, 9],
        [12, 20],
      ] as const) {
        const stated = { number, size, root, at: now, reason: 'events' } as const
        const signed = makeSignedCheckpoint(signer, stated)
        await stores.checkpoints.add(signed, [])
        notes[number] = signed.note
      }
      const read = async (after: number, min: number, max: number, limit = 9) => {
        const found = await stores.evidence.checkpoints(after, { min, max }, limit)
        for (const { number, note } of found) assert.equal(note, notes[number])
        return found.map(({ number }) => number)
      }
      assert.deepEqual(await read(0, 0, 99), [1, 2, 3, 4, 12])
      assert.deepEqual(await read(0, 4, 9), [2, 3, 4])
      assert.deepEqual(await read(2, 4, 9), [3, 4])
      assert.deepEqual(await read(0, 0, 99, 2), [1, 2])
      assert.deepEqual(await read(12, 0, 99), [])
    })
  })
}
