import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { makeFindOrphans, type Stray } from '../../../src/application/crm-setup/find-orphans.ts'
import type { SaleReader } from '../../../src/application/log/sale-reader.port.ts'
import type { CrmId } from '../../../src/domain/ids.ts'
import type { SaleEvent } from '../../../src/domain/sale/events.ts'
import type { CREATE_STEPS } from '../../../src/domain/sale/steps.ts'
import { openStore, type Store } from '../../../src/infrastructure/service/open-store.ts'
import { addRecord, factsOf, leaveSale } from '../../support/examples/left-sale.ts'
import { rolledBack, settled, stuck, unanswered } from '../../support/examples/sale-examples.ts'
import { appendOf, saleIdOf } from '../../support/examples/store-examples.ts'
import { type AdminAtFake, adminAtFake, hastyClock } from '../../support/gateway/zoho-admin.ts'

const OTHER_ID = '9100' as CrmId
const { requested, priced, deal, quote, salesOrder, failed } = factsOf({ idempotent: true })
const COMPLETED = [requested, priced, deal, quote, salesOrder] as const
const COMPLETED_OPEN = [
  requested,
  priced,
  deal,
  quote,
  unanswered('salesOrder'),
  salesOrder,
] as const

type Place = AdminAtFake & { readonly store: Store } & AsyncDisposable

async function makePlace(): Promise<Place> {
  const store = await openStore(':memory:')
  return { ...adminAtFake(), store, [Symbol.asyncDispose]: () => store.close() }
}

/** What was reported, as `kind module id`, and how many of each kind were counted. */
async function compare(place: Place, saleReader: SaleReader = place.store.saleReader) {
  const strays: Stray[] = []
  const { admin, requestTimeoutMs } = place
  const findOrphans = makeFindOrphans({ admin, saleReader, clock: hastyClock(), requestTimeoutMs })
  const counts = await findOrphans((stray) => strays.push(stray))
  return { counts, told: strays.map(({ kind, step, id }) => `${kind} ${step} ${id}`) }
}

/** A log before whose first read something happens once. */
function before(
  saleReader: SaleReader,
  read: 'find' | 'began',
  happen: () => Promise<void>,
): SaleReader {
  let done: Promise<void> | undefined
  const once = async () => {
    done ??= happen()
    await done
  }
  return {
    ...saleReader,
    find: async (ids) => {
      if (read === 'find') await once()
      return saleReader.find(ids)
    },
    began: async (after, limit) => {
      if (read === 'began') await once()
      return saleReader.began(after, limit)
    },
  }
}

type Facts = readonly [typeof requested, ...SaleEvent[]]

// What happened to the sale, the step whose second record is in the CRM, what is reported.
const CASES: readonly (readonly [string, Facts, (typeof CREATE_STEPS)[number], string[]])[] = [
  ['a sale that goes on', [requested, priced], 'deal', []],
  ['a sale that rolls back', [requested, priced, failed], 'deal', []],
  ['a stuck sale', [requested, priced, failed, stuck()], 'deal', [`stuck deal ${OTHER_ID}`]],
  [
    'a sale that was rolled back',
    [requested, priced, failed, rolledBack],
    'deal',
    [`orphan deal ${OTHER_ID}`],
  ],
  ['a completed sale', COMPLETED, 'quote', [`orphan quote ${OTHER_ID}`]],
  ['a completed sale with an unanswered step', COMPLETED_OPEN, 'salesOrder', []],
  [
    'a completed sale that has told of the record',
    [...COMPLETED_OPEN, stuck()],
    'salesOrder',
    [`stuck salesOrder ${OTHER_ID}`],
  ],
  [
    'a completed sale that was settled',
    [...COMPLETED_OPEN, settled],
    'salesOrder',
    [`orphan salesOrder ${OTHER_ID}`],
  ],
]

describe('Comparing the CRM with the log', () => {
  for (const [name, facts, step, told] of CASES) {
    it(`reports ${told[0] ?? 'nothing'} for a second record of ${name}`, async () => {
      await using place = await makePlace()
      await leaveSale(place, saleIdOf(1), facts)
      addRecord(place.fake, saleIdOf(1), step, OTHER_ID)
      assert.deepEqual((await compare(place)).told, told)
    })
  }

  it('reports nothing for a completed sale with its three records, and changes nothing', async () => {
    await using place = await makePlace()
    await leaveSale(place, saleIdOf(1), COMPLETED)
    const { counts, told } = await compare(place)
    assert.deepEqual(told, [])
    assert.deepEqual(counts, { orphan: 0, stuck: 0, unknown: 0, gone: 0 })
    const written = place.fake.journal.filter(({ operation }) => /create|delete/.test(operation))
    assert.deepEqual(written, [])
  })

  it('reports the record that a sale knew itself when it was rolled back', async () => {
    await using place = await makePlace()
    await leaveSale(place, saleIdOf(1), [requested, priced, deal, failed, rolledBack])
    assert.deepEqual((await compare(place)).told, [`orphan deal ${deal.data.dealId}`])
  })

  it('makes no orphan of the own record of a complete sale that was marked for another one', async () => {
    await using place = await makePlace()
    await leaveSale(place, saleIdOf(1), COMPLETED)
    await leaveSale(place, saleIdOf(2), [requested, priced, failed, rolledBack])
    addRecord(place.fake, saleIdOf(2), 'deal', deal.data.dealId)
    assert.deepEqual((await compare(place)).told, [])
  })

  it('lists separately the records of a sale that the log does not know', async () => {
    await using place = await makePlace()
    addRecord(place.fake, saleIdOf(7), 'quote', OTHER_ID)
    const { counts, told } = await compare(place)
    assert.deepEqual(told, [`unknown quote ${OTHER_ID}`])
    assert.deepEqual(counts, { orphan: 0, stuck: 0, unknown: 1, gone: 0 })
  })

  it('ignores what others keep in the field', async () => {
    await using place = await makePlace()
    const add = (id: string, text: string | null) =>
      place.fake.records.add('Deals', { id, Gateway_Reference: text })
    add('1', 'our own numbers: 4711')
    add('2', `check-${saleIdOf(1)}`)
    add('3', `${saleIdOf(1)}:invoice`)
    add('4', `${saleIdOf(1).toUpperCase()}:deal`)
    add('5', null)
    assert.deepEqual((await compare(place)).told, [])
  })

  it('lists the records of completed sales that are gone', async () => {
    await using place = await makePlace()
    await leaveSale(place, saleIdOf(1), COMPLETED)
    await leaveSale(place, saleIdOf(2), [requested, priced, deal, failed, rolledBack])
    place.fake.records.remove('Deals', deal.data.dealId)
    place.fake.records.remove('Sales_Orders', salesOrder.data.salesOrderId)
    assert.deepEqual((await compare(place)).told, [
      `gone deal ${deal.data.dealId}`,
      `gone salesOrder ${salesOrder.data.salesOrderId}`,
    ])
  })

  it('does not call gone what has only lost its reference', async () => {
    await using place = await makePlace()
    await leaveSale(place, saleIdOf(1), COMPLETED)
    place.fake.records.add('Deals', { id: deal.data.dealId })
    assert.deepEqual((await compare(place)).told, [])
  })

  it('makes no orphan of a sale that is rolled back between the two reads', async () => {
    await using place = await makePlace()
    await leaveSale(place, saleIdOf(1), [requested, priced, failed])
    addRecord(place.fake, saleIdOf(1), 'deal', OTHER_ID)
    const log = before(place.store.saleReader, 'find', async () => {
      place.fake.records.remove('Deals', OTHER_ID)
      const past = [requested, priced, failed]
      await place.store.sales.append(appendOf(saleIdOf(1), past, [rolledBack]))
    })
    assert.deepEqual((await compare(place, log)).told, [])
  })

  it('makes no orphan of a record that has another reference by now', async () => {
    await using place = await makePlace()
    await leaveSale(place, saleIdOf(1), [requested, priced, failed, rolledBack])
    addRecord(place.fake, saleIdOf(1), 'deal', OTHER_ID)
    const log = before(place.store.saleReader, 'find', async () => {
      place.fake.records.add('Deals', { id: OTHER_ID, Gateway_Reference: 'mended by hand' })
    })
    assert.deepEqual((await compare(place, log)).told, [])
  })

  it('does not call gone what a sale created and completed after its module was read', async () => {
    await using place = await makePlace()
    await leaveSale(place, saleIdOf(1), [requested, priced])
    const log = before(place.store.saleReader, 'began', async () => {
      const later = [deal, quote, salesOrder]
      await place.store.sales.append(appendOf(saleIdOf(1), [requested, priced], later))
      addRecord(place.fake, saleIdOf(1), 'deal', deal.data.dealId)
      addRecord(place.fake, saleIdOf(1), 'quote', quote.data.quoteId)
      addRecord(place.fake, saleIdOf(1), 'salesOrder', salesOrder.data.salesOrderId)
    })
    assert.deepEqual((await compare(place, log)).told, [])
  })

  it('reads page after page, of the CRM and of the log', async () => {
    await using place = await makePlace()
    const count = 2_100
    for (let number = 1; number <= count; number += 1) {
      addRecord(place.fake, saleIdOf(number), 'deal', String(10_000 + number) as CrmId)
    }
    for (let number = 1; number <= 1_100; number += 1) {
      await leaveSale(place, saleIdOf(number), [requested, priced, failed, rolledBack])
    }
    const { counts } = await compare(place)
    assert.deepEqual(counts, { orphan: 1_100, stuck: 0, unknown: 1_000, gone: 0 })
  })

  it('looks for the records of more completed sales than a page of the log holds', async () => {
    await using place = await makePlace()
    for (let number = 1; number <= 1_050; number += 1) {
      const id = (kind: number) => String(kind * 100_000 + number) as CrmId
      const dealOf = { ...deal, data: { dealId: id(1) } }
      const quoteOf = { ...quote, data: { quoteId: id(2) } }
      const orderOf = { ...salesOrder, data: { salesOrderId: id(3) } }
      await leaveSale(place, saleIdOf(number), [requested, priced, dealOf, quoteOf, orderOf])
    }
    place.fake.records.remove('Quotes', '200001')
    place.fake.records.remove('Quotes', '201050')
    assert.deepEqual((await compare(place)).told, ['gone quote 200001', 'gone quote 201050'])
  })

  it('repeats a call that failed', async () => {
    await using place = await makePlace()
    addRecord(place.fake, saleIdOf(7), 'deal', OTHER_ID)
    place.fake.faults.add({ operation: 'coql:Deals', times: 2, kind: { type: 'status' } })
    assert.deepEqual((await compare(place)).told, [`unknown deal ${OTHER_ID}`])
  })

  for (const type of ['status', 'refuse'] as const) {
    it(`throws when the CRM was not read to the end (${type})`, async () => {
      await using place = await makePlace()
      const operation = 'coql:Quotes'
      place.fake.faults.add({ operation, times: Number.POSITIVE_INFINITY, kind: { type } })
      await assert.rejects(compare(place), { name: 'AppError', code: 'unavailable' })
    })
  }
})
