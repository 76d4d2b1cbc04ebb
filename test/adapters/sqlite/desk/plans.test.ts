import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import SqliteDatabase from 'better-sqlite3'
import { typesOf } from '../../../../src/application/desk/event-groups.ts'
import type { CrmId } from '../../../../src/domain/ids.ts'
import { countStatements } from '../../../support/counted-statements.ts'
import { dealId, now } from '../../../support/examples/sale-examples.ts'
import * as a from '../../../support/examples/store-examples.ts'
import { makeFolder, openStores } from '../open-stores.ts'

/** The steps of a plan that read a whole table, or a whole index, of something that grows for ever. */
const READS_ALL = /^SCAN (event|sale|checkpoint|idempotency_claim|claim|outbox)\b/

/** What may be read whole: an index over the sales, and the list of sales as far as the page goes. */
const ALLOWED = [
  /^SCAN sale USING COVERING INDEX (sale_total|sale_contact|sqlite_autoindex_sale_1)$/,
  /^SCAN sale$/,
]

/** A step before a sort: events are not sorted as they are read, but come in the order of an index. */
const READS_EVENTS = /^(SCAN|SEARCH) event\b/

describe('The queries of the desk', () => {
  it('read no event but those they return, and of the sales an index', async () => {
    await using folder = await makeFolder()
    using counted = countStatements()
    await using stores = await openStores(folder.path)
    const { finds, saleTotals, eventsBeside, saleReader } = stores
    counted.reset()
    const at = { at: '2026-11-23T10:00:00.000Z', position: 4 }
    const span = { from: now, to: a.later(1) }
    await finds.ofRecord(dealId, 9)
    await finds.ofRequest('request-1', 9)
    await finds.ofIdempotencyKey('order-1', 9)
    await finds.clientsBeginningWith('web', 9)
    for (const until of [undefined, now]) {
      await finds.ofApiKey({ id: '0a1b2c3d', client: 'web', from: now, until }, 9)
    }
    await saleReader.endingWith('00000001', 9)
    for (const filter of [{}, { client: 'web' }, { contactId: '1' as CrmId }, span]) {
      await saleTotals.totals(filter)
      await saleTotals.spans(filter, [now, a.later(1), a.later(2)])
      for (const page of ['newest', 'oldest'] as const) {
        await saleTotals.page(filter, { at: page }, 9)
      }
    }
    for (const towards of ['older', 'newer'] as const) {
      await eventsBeside.read({ types: typesOf() }, { towards }, 9)
      await eventsBeside.read({ types: typesOf(['keys']), ...span }, { towards, than: at }, 9)
      await eventsBeside.readCheckpoints(span, { towards, than: { at: now, number: 1 } }, 9)
    }
    await eventsBeside.lastLook('0a1b2c3d', '2026-11-23')

    const raw = new SqliteDatabase(folder.path)
    const found = new Set<string>()
    for (const text of new Set(counted.run)) {
      const slots = text.split('?').length - 1
      const plan = raw
        .prepare<unknown[], { readonly detail: string }>(`explain query plan ${text}`)
        .all(Array(slots).fill(1))
        .map(({ detail }) => detail)
      const whole = plan.filter(
        (step) => READS_ALL.test(step) && !ALLOWED.some((one) => one.test(step)),
      )
      const sorted = plan.filter(
        (step, index) => READS_EVENTS.test(step) && plan[index + 1]?.includes('TEMP B-TREE'),
      )
      for (const step of [...whole, ...sorted]) found.add(`${step}: ${text}`)
    }
    raw.close()
    assert.deepEqual([...found], [])
  })
})
