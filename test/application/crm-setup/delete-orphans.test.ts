import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { UnreadableError } from '../../../src/application/base/errors.ts'
import { makeOrphanDeletion } from '../../../src/application/crm-setup/delete-orphans.ts'
import { makeFindOrphans, type Stray } from '../../../src/application/crm-setup/find-orphans.ts'
import type { CrmId } from '../../../src/domain/ids.ts'
import type { SaleEvent } from '../../../src/domain/sale/events.ts'
import { replay } from '../../../src/domain/sale/evolve.ts'
import { referenceOf } from '../../../src/domain/sale/reference.ts'
import { CREATE_STEPS } from '../../../src/domain/sale/steps.ts'
import { openStore, type Store } from '../../../src/infrastructure/service/open-store.ts'
import { addRecord, factsOf, leaveSale } from '../../support/examples/left-sale.ts'
import { rolledBack, settled, stuck } from '../../support/examples/sale-examples.ts'
import { appendOf, saleIdOf } from '../../support/examples/store-examples.ts'
import { type AdminAtFake, adminAtFake, hastyClock } from '../../support/gateway/zoho-admin.ts'

const OPERATOR = { operator: 'ada' }
const MODULES = ['Deals', 'Quotes', 'Sales_Orders'] as const
const { requested, priced, deal, quote, salesOrder, failed } = factsOf({ idempotent: true })
const ROLLED_BACK = [requested, priced, failed, rolledBack] as const

type Place = AdminAtFake & { readonly store: Store } & AsyncDisposable

async function makePlace(): Promise<Place> {
  const store = await openStore(':memory:')
  return { ...adminAtFake(), store, [Symbol.asyncDispose]: () => store.close() }
}

function deletionIn(place: Place, changes: Partial<Parameters<typeof makeOrphanDeletion>[0]> = {}) {
  const { crm, admin, store, requestTimeoutMs } = place
  const { saleReader, eventLog, copied, checkpoints } = store
  const log = { saleReader, eventLog, copied, checkpoints }
  return makeOrphanDeletion({
    ...{ crm, admin, ...log, clock: hastyClock(), requestTimeoutMs },
    ...changes,
  })
}

async function orphansIn({ admin, store, requestTimeoutMs }: Place): Promise<readonly Stray[]> {
  const { saleReader } = store
  const orphans: Stray[] = []
  const find = makeFindOrphans({ admin, saleReader, clock: hastyClock(), requestTimeoutMs })
  await find((stray) => {
    if (stray.kind === 'orphan') orphans.push(stray)
  })
  return orphans
}

/** Deletes what the list names, and returns the end of each as `deleted step id`. */
async function deleteIn(
  place: Place,
  changes: Parameters<typeof deletionIn>[1] = {},
  orphans?: readonly Stray[],
): Promise<readonly string[]> {
  const ends: string[] = []
  const listed = orphans ?? (await orphansIn(place))
  await deletionIn(place, changes).deleteAll(listed, OPERATOR, ({ step, id }, end) => {
    ends.push(`${end.type} ${step} ${id}${end.type === 'kept' ? `: ${end.reason}` : ''}`)
  })
  return ends
}

async function recordedIn({ store }: Place) {
  const events = await store.saleReader.events(0, 9_999)
  return events.flatMap((event) =>
    'data' in event && event.type.startsWith('Orphan')
      ? [{ type: event.type, data: event.data, actor: event.actor, saleId: event.saleId }]
      : [],
  )
}

function orphanOf(number: number, step: Stray['step'], id: string): Stray {
  const saleId = saleIdOf(number)
  const reference = referenceOf(saleId, step)
  return { kind: 'orphan', step, id: id as CrmId, reference, saleId }
}

function liveIds({ fake }: Place): readonly string[] {
  return MODULES.flatMap((module) => fake.records.live(module).map(({ id }) => String(id)))
}

const deletesSent = ({ fake }: Place) =>
  fake.journal.filter(({ operation }) => /delete/.test(operation)).length

describe('Deleting orphans', () => {
  it('deletes the record of a rolled-back sale, and records who had it deleted', async () => {
    await using place = await makePlace()
    await leaveSale(place, saleIdOf(1), ROLLED_BACK)
    addRecord(place.fake, saleIdOf(1), 'deal', '7' as CrmId)
    assert.deepEqual(await deleteIn(place), ['deleted deal 7'])
    assert.deepEqual(liveIds(place), [])
    const data = { saleId: saleIdOf(1), step: 'deal', id: '7' }
    assert.deepEqual(await recordedIn(place), [
      { type: 'OrphanDeleted', data, actor: OPERATOR, saleId: null },
    ])
  })

  it('deletes what points at another record first', async () => {
    await using place = await makePlace()
    const past = [requested, priced, deal, quote, failed, rolledBack] as const
    await leaveSale(place, saleIdOf(1), past)
    addRecord(place.fake, saleIdOf(1), 'salesOrder', '7' as CrmId)
    const ends = ['deleted salesOrder 7', 'deleted quote 9002', 'deleted deal 9001']
    assert.deepEqual(await deleteIn(place), ends)
  })

  it('deletes nothing but what this log proves to be its own and needed no more', async () => {
    await using place = await makePlace()
    const { fake } = place
    const own = (number: number) => {
      const id = (kind: number) => String(number * 1_000 + kind) as CrmId
      return [
        { ...deal, data: { dealId: id(1) } },
        { ...quote, data: { quoteId: id(2) } },
        { ...salesOrder, data: { salesOrderId: id(3) } },
      ] as readonly SaleEvent[]
    }
    const of = (...later: readonly SaleEvent[]) => [requested, priced, ...later] as const
    // Everything that is not this log's to delete, a second record of each sale with it.
    const courses = [
      of(),
      of(...own(2).slice(0, 2)),
      of(failed),
      of(failed, stuck()),
      of(...own(5)),
      of(...own(6), settled),
    ]
    for (const [index, course] of courses.entries()) {
      await leaveSale(place, saleIdOf(index + 1), course)
      addRecord(fake, saleIdOf(index + 1), 'deal', String(100 + index) as CrmId)
    }
    addRecord(fake, saleIdOf(99), 'quote', '200' as CrmId)
    for (const module of MODULES) {
      fake.records.add(module, { id: '201', Gateway_Reference: null })
      fake.records.add(module, { id: '202', Gateway_Reference: `check-${saleIdOf(1)}` })
    }
    // A sale that was rolled back before it sent anything, and records that somebody marked with it.
    await leaveSale(place, saleIdOf(50), [requested, failed, rolledBack])
    for (const step of CREATE_STEPS) addRecord(fake, saleIdOf(50), step, '300' as CrmId)
    // The own Deal of a complete sale, marked by somebody with the reference of a rolled-back one.
    await leaveSale(place, saleIdOf(51), ROLLED_BACK)
    addRecord(fake, saleIdOf(51), 'deal', '6001' as CrmId)
    const before = new Set(liveIds(place))
    // And what is.
    await leaveSale(place, saleIdOf(60), ROLLED_BACK)
    addRecord(fake, saleIdOf(60), 'deal', '400' as CrmId)

    const ends = await deleteIn(place)
    assert.deepEqual(
      ends.filter((end) => !end.startsWith('kept')),
      ['deleted deal 400'],
    )
    assert.deepEqual(new Set(liveIds(place)), before)
    assert.equal(deletesSent(place), 1)
    assert.equal((await recordedIn(place)).length, 1)

    // Not even where the list itself is wrong.
    const all = MODULES.flatMap((module, index) =>
      fake.records.live(module).map((record): Stray => {
        const step = CREATE_STEPS[index] ?? 'deal'
        const reference = String(record['Gateway_Reference'] ?? '')
        const number = Number(/(\d+):/.exec(reference)?.[1] ?? 1)
        return { ...orphanOf(number, step, String(record['id'])), reference }
      }),
    )
    const again = await deleteIn(place, {}, all)
    assert.equal(again.length, all.length)
    assert.ok(again.every((end) => end.startsWith('kept')))
    assert.deepEqual(new Set(liveIds(place)), before)
  })

  // What the log shows of the sale of a listed orphan, and why its record is kept.
  const KEPT: readonly (readonly [string, readonly SaleEvent[], RegExp])[] = [
    ['is in progress', [requested, priced], /not at rest/],
    ['rolls back', [requested, priced, failed], /not at rest/],
    ['is stuck', [requested, priced, failed, stuck()], /not at rest/],
    ['is complete', [requested, priced, deal, quote, salesOrder, settled], /a person decides/],
    ['was rolled back unpriced', [requested, failed, rolledBack], /never sent a Deal/],
  ]
  for (const [name, events, reason] of KEPT) {
    it(`keeps a listed record whose sale ${name} by now`, async () => {
      await using place = await makePlace()
      const [, ...later] = events
      await leaveSale(place, saleIdOf(1), [requested, ...later])
      addRecord(place.fake, saleIdOf(1), 'deal', '7' as CrmId)
      const [end] = await deleteIn(place, {}, [orphanOf(1, 'deal', '7')])
      assert.match(end ?? '', /^kept deal 7: /)
      assert.match(end ?? '', reason)
      assert.deepEqual([deletesSent(place), await recordedIn(place)], [0, []])
    })
  }

  it('believes the events of a sale, and not the summary that was made from them', async () => {
    await using place = await makePlace()
    await leaveSale(place, saleIdOf(1), [requested, priced])
    const summary = appendOf(saleIdOf(1), [...ROLLED_BACK], []).summary
    const append = appendOf(saleIdOf(1), [requested, priced], [failed])
    await place.store.sales.append({ ...append, summary })
    addRecord(place.fake, saleIdOf(1), 'deal', '7' as CrmId)
    assert.equal((await orphansIn(place)).length, 1)
    assert.match((await deleteIn(place)).join(), /^kept deal 7: its sale is not at rest/)
    assert.equal(deletesSent(place), 0)
    assert.equal(replay(saleIdOf(1), [requested, priced, failed]).status, 'rollingBack')
  })

  it('keeps a record whose sale cannot be read, or is not in this log', async () => {
    await using place = await makePlace()
    await leaveSale(place, saleIdOf(1), ROLLED_BACK)
    for (const number of [1, 2]) {
      addRecord(place.fake, saleIdOf(number), 'deal', String(number) as CrmId)
    }
    const { saleReader } = place.store
    const unreadable = {
      ...saleReader,
      show: async () => Promise.reject(new UnreadableError('event 2: no JSON', 2)),
    }
    const ends = await deleteIn(place, { saleReader: unreadable }, [orphanOf(1, 'deal', '1')])
    assert.deepEqual(ends, ['kept deal 1: the events of its sale cannot be read'])
    const unknown = await deleteIn(place, {}, [orphanOf(2, 'deal', '2')])
    assert.deepEqual(unknown, ['kept deal 2: its sale is not in this log'])
    assert.equal(deletesSent(place), 0)
  })

  it('sends nothing for a record that is gone, or that was marked anew since it was listed', async () => {
    await using place = await makePlace()
    for (const number of [1, 2]) {
      await leaveSale(place, saleIdOf(number), ROLLED_BACK)
      addRecord(place.fake, saleIdOf(number), 'deal', String(number) as CrmId)
    }
    const orphans = await orphansIn(place)
    place.fake.records.remove('Deals', '1')
    place.fake.records.add('Deals', { id: '2', Gateway_Reference: 'mended by hand' })
    const ends = ['absent deal 1', 'kept deal 2: it carries another reference by now']
    assert.deepEqual(await deleteIn(place, {}, orphans), ends)
    assert.deepEqual([deletesSent(place), await recordedIn(place)], [0, []])
  })

  it('records a refused delete, keeps what it may point at, and goes on with other sales', async () => {
    await using place = await makePlace()
    for (const number of [1, 2]) {
      await leaveSale(place, saleIdOf(number), [requested, priced, deal, failed, rolledBack])
      place.fake.records.remove('Deals', '9001')
      addRecord(place.fake, saleIdOf(number), 'deal', String(10 + number) as CrmId)
      addRecord(place.fake, saleIdOf(number), 'quote', String(20 + number) as CrmId)
    }
    place.fake.faults.add({ operation: 'delete:Quotes', times: 1, kind: { type: 'refuse' } })
    const ends = await deleteIn(place)
    assert.match(ends[0] ?? '', /^kept quote 21: the CRM did not delete it: /)
    assert.deepEqual(ends.slice(1), [
      'deleted quote 22',
      'kept deal 11: a record of the same sale that may point at it was kept',
      'deleted deal 12',
    ])
    const recorded = (await recordedIn(place)).map(({ type, data }) => `${type} ${data['id']}`)
    const refused = ['OrphanDeleted 21', 'OrphanDeleteFailed 21']
    assert.deepEqual(recorded, [...refused, 'OrphanDeleted 22', 'OrphanDeleted 12'])
    assert.deepEqual(await deleteIn(place), ['deleted quote 21', 'deleted deal 11'])
  })

  it('deletes nothing that it could not record', async () => {
    await using place = await makePlace()
    await leaveSale(place, saleIdOf(1), ROLLED_BACK)
    addRecord(place.fake, saleIdOf(1), 'deal', '7' as CrmId)
    const eventLog = { record: async () => Promise.reject(new Error('the disk is full')) }
    await assert.rejects(deleteIn(place, { eventLog }), /the disk is full/)
    assert.deepEqual([deletesSent(place), liveIds(place)], [0, ['7']])
  })

  // How far the delete came when the process died, and how the next run ends.
  const DEATHS = [
    ['before it was sent', false, ['deleted deal 7'], 2],
    ['after it was applied', true, [], 1],
  ] as const
  for (const [name, isApplied, next, events] of DEATHS) {
    it(`has a record of each delete when the process dies ${name}`, async () => {
      await using place = await makePlace()
      await leaveSale(place, saleIdOf(1), ROLLED_BACK)
      addRecord(place.fake, saleIdOf(1), 'deal', '7' as CrmId)
      const deleteRecord = async () => {
        if (isApplied) place.fake.records.remove('Deals', '7')
        throw new Error('dead')
      }
      await assert.rejects(deleteIn(place, { crm: { deleteRecord } }), /dead/)
      assert.equal((await recordedIn(place)).length, 1)
      assert.deepEqual(await deleteIn(place), next)
      assert.equal((await recordedIn(place)).length, events)
    })
  }

  it('is refused on a copy and after an accepted loss, also when that comes between two records', async () => {
    await using place = await makePlace()
    assert.equal(await deletionIn(place).refusal(), undefined)
    const copied = { isCopy: async () => true }
    assert.match((await deletionIn(place, { copied }).refusal()) ?? '', /^This database is a rest/)
    const lossAt = (position: number) => ({ lastLossPosition: async () => position })
    const refusal = await deletionIn(place, { checkpoints: lossAt(41) }).refusal()
    assert.match(refusal ?? '', /^Event 41 of this log accepts a loss: .* by hand\.$/)

    for (const number of [1, 2]) {
      await leaveSale(place, saleIdOf(number), ROLLED_BACK)
      addRecord(place.fake, saleIdOf(number), 'deal', String(number) as CrmId)
    }
    let asked = 0
    const checkpoints = {
      lastLossPosition: async () => {
        asked += 1
        return asked === 1 ? 0 : 41
      },
    }
    const ends = await deleteIn(place, { checkpoints })
    assert.deepEqual([ends[0], ends[1]?.slice(0, 12)], ['deleted deal 1', 'kept deal 2:'])
    assert.equal(deletesSent(place), 1)
  })
})
