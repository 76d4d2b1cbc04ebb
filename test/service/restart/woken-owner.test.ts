// A sale that another process took over, and whose former owner sent one more create when it woke.

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { makeNoteWoken } from '../../../src/application/sale/note-woken.ts'
import type { CrmId } from '../../../src/domain/ids.ts'
import type { SaleEvent } from '../../../src/domain/sale/events.ts'
import { open, textOf } from '../../adapters/http/audit/support.ts'
import {
  addRecord,
  DEAL_ID,
  factsOf,
  leaveSale,
  SALES_ORDER_ID,
} from '../../support/examples/left-sale.ts'
import { policy } from '../../support/examples/sale-examples.ts'
import { saleIdOf } from '../../support/examples/store-examples.ts'
import { eventTypes, live } from '../../support/gateway/http-requests.ts'
import { makePlace, type Place } from '../../support/gateway/place.ts'
import { makeTestService, type TestService } from '../../support/gateway/test-service.ts'

const saleId = saleIdOf(1)
const LATE_ID = '9102' as CrmId
const WOKE =
  'A gateway that had been stopped woke up, and may have sent the create of the Quote late.'

/** The former owner sends its Quote, and says so, when nobody serves. */
async function wake({ store, fake, time }: Place): Promise<void> {
  const nothing = () => undefined
  const logger = { info: nothing, warn: nothing, error: nothing }
  const random = { fraction: () => 0 } as never
  const { clock } = time
  const noteWoken = makeNoteWoken({ store: store.sales, clock, random, logger, policy })
  addRecord(fake, saleId, 'quote', LATE_ID)
  await noteWoken(saleId, 'quote')
}

async function pageOf(t: TestService): Promise<string> {
  const { statusCode, body } = await open(
    t,
    await t.key('auditor', 'audit:read'),
    `/audit/sales/${saleId}`,
  )
  assert.equal(statusCode, 200)
  return textOf(body)
}

const until = (t: TestService, type: string, count: number) =>
  t.time.until(`${type} ${count}`, async () => {
    return (await eventTypes(t, saleId)).filter((one) => one === type).length === count
  })

describe('A former owner that sent one more create when it woke', () => {
  it('leaves nothing of a sale that was rolled back, and no second mail about its failure', async () => {
    await using place = await makePlace()
    const { requested, priced, deal, failed } = factsOf({
      idempotent: true,
      at: place.time.clock.now(),
    })
    const gone: SaleEvent = { type: 'DealDeleted', at: failed.at, data: { dealId: DEAL_ID } }
    const ended: SaleEvent = { type: 'SaleRolledBack', at: failed.at, data: {} }
    await leaveSale(place, saleId, [requested, priced, deal, failed, gone, ended])
    place.fake.records.remove('Deals', DEAL_ID)
    await wake(place)
    await using t = await makeTestService({}, place)
    await until(t, 'SaleRolledBack', 2)
    assert.deepEqual(live(t), [0, 0, 0])
    assert.deepEqual((await eventTypes(t, saleId)).slice(-8), [
      ...['SaleRolledBack', 'OwnerWoke', 'SaleInterrupted', 'QuoteCreated'],
      ...['ReferenceLookedUp', 'QuoteDeleted', 'ReferenceLookedUp', 'SaleRolledBack'],
    ])
    assert.ok((await pageOf(t)).includes(WOKE))
    await t.time.until('the mail', () => t.mails.length > 0)
    assert.deepEqual(
      t.mails.map(({ messageId }) => messageId),
      [`${saleId}.failed@localhost`],
    )
  })

  it('leaves a completed sale its own records and no others', async () => {
    await using place = await makePlace()
    const { requested, priced, deal, quote, salesOrder } = factsOf({
      idempotent: true,
      at: place.time.clock.now(),
    })
    const completed: SaleEvent = { type: 'SaleCompleted', at: quote.at, data: {} }
    await leaveSale(place, saleId, [requested, priced, deal, quote, salesOrder, completed])
    await wake(place)
    assert.equal((await place.store.saleReader.show(saleId, undefined))?.atRest, false)
    await using t = await makeTestService({}, place)
    await until(t, 'SaleSettled', 1)
    assert.deepEqual(live(t), [1, 1, 1])
    const sale = await t.store.saleReader.show(saleId, undefined)
    assert.deepEqual(
      [sale?.status, sale?.salesOrderId, sale?.atRest],
      ['completed', SALES_ORDER_ID, true],
    )
    const page = await pageOf(t)
    assert.ok(page.includes(`${WOKE} Quote ${LATE_ID}, found beside them, was deleted.`), page)
    assert.deepEqual(t.mails, [])
  })
})
