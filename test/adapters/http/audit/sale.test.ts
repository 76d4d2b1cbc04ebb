import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { SaleId } from '../../../../src/domain/ids.ts'
import type { SaleEvent } from '../../../../src/domain/sale/events.ts'
import { now, priced, requested } from '../../../support/examples/sale-examples.ts'
import * as a from '../../../support/examples/store-examples.ts'
import {
  get,
  holdAt,
  PATIENT,
  post,
  SALE,
  saleIdOf,
  untilEvent,
} from '../../../support/gateway/http-requests.ts'
import { makeTestService, type TestService } from '../../../support/gateway/test-service.ts'
import { open, reportIn, textOf } from './support.ts'

const HOSTILE = `<script>alert("x")</script>`

async function show(t: TestService, saleId: SaleId): Promise<{ text: string; body: string }> {
  const auditor = await t.key('auditor', 'audit:read')
  const { statusCode, body } = await open(t, auditor, `/audit/sales/${saleId}`)
  assert.equal(statusCode, 200)
  return { text: textOf(body), body }
}

/** The rows of the timeline in words. */
async function lanesIn(t: TestService, saleId: SaleId): Promise<readonly string[]> {
  const { body } = await show(t, saleId)
  const table = body.slice(body.indexOf('<table class="lanes"'), body.indexOf('<ul class="legend"'))
  const rows = table.slice(table.indexOf('<tbody')).split('</tr>').slice(0, -1)
  return rows.map((row) => textOf(`<main>${row}</main>`).trim())
}

describe('The page of a sale', () => {
  it('states in a sentence at the top that it is complete, and shows its lanes', async () => {
    await using t = await makeTestService()
    const saleId = saleIdOf(await post(t, await t.key('web-shop', 'sales:create')))
    const { text, body } = await show(t, saleId)
    const sale = await t.store.saleReader.show(saleId, undefined)
    assert.match(
      text,
      new RegExp(
        `Completed\\. Deal ${sale?.dealId}, Quote ${sale?.quoteId} and Sales Order ` +
          `${sale?.salesOrderId} were created in \\d+ ms\\. Nothing else is left in the CRM\\.`,
      ),
    )
    assert.equal(body.match(/<rect class="create"/g)?.length, 3)
    assert.ok(!body.includes('<rect class="delete"'))
    assert.ok(!body.includes('data-refresh-ms="1'))
    for (const { type } of sale?.events ?? []) assert.ok(text.includes(type), type)
  })

  it('reports why it was rolled back, what was deleted, and when IT was mailed', async () => {
    await using t = await makeTestService()
    t.fake.faults.add({
      operation: 'create:Sales_Orders',
      kind: { type: 'refuse', message: 'the stage is not allowed' },
    })
    const saleId = saleIdOf(await post(t, await t.key('web-shop', 'sales:create')))
    await untilEvent(t, saleId, 'SaleRolledBack')
    await t.time.until(
      'the mail is sent',
      async () => (await t.store.outbox.nextDueAt()) === undefined,
    )
    const { text, body } = await show(t, saleId)
    assert.ok(
      text.includes(
        `Rolled back because the CRM refused the Sales Order: “INVALID_DATA: the stage is not allowed”.`,
      ),
    )
    assert.match(text, /Deal \d+ and Quote \d+ were deleted\. Nothing is left in the CRM\./)
    assert.match(text, /IT was told by mail at \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC/)
    assert.equal(body.match(/<rect class="delete"/g)?.length, 2)
    assert.ok(text.includes(`${saleId}.failed@localhost`))
    assert.match(
      text,
      /The sale failed: the mail was taken by the mail server for 1 recipient, at 20/,
    )
  })

  it('says of a sale that is stuck why it failed, and why each record is left', async () => {
    await using t = await makeTestService({ STUCK_AFTER_MS: '1000' })
    t.fake.faults.add({ operation: 'create:Sales_Orders', kind: { type: 'refuse' } })
    t.fake.faults.add({
      operation: 'delete:Quotes',
      kind: { type: 'refuse', code: 'RECORD_LOCKED' },
      times: Number.POSITIVE_INFINITY,
    })
    const saleId = saleIdOf(await post(t, await t.key('web-shop', 'sales:create')))
    await untilEvent(t, saleId, 'SaleStuck')
    const { text, body } = await show(t, saleId)
    assert.match(text, /Quote \d+ cannot be deleted: “RECORD_LOCKED: [^”]+”\./)
    assert.match(text, /Why it failed Sales Order: INVALID_DATA/)
    assert.match(
      text,
      /Why it is stuck Deal \d+ : it waits until Quote \d+ is deleted Quote \d+ : RECORD_LOCKED/,
    )
    assert.equal(body.match(/<line class="failed"/g)?.length, 1)
    const { body: tar } = await open(
      t,
      await t.key('a', 'audit:read'),
      `/audit/sales/${saleId}/bundle`,
    )
    assert.match(reportIn(tar), /Why it is stuck<\/th>.*RECORD_LOCKED/)
  })

  it('marks as failed the step that failed, and those behind it as not reached', async () => {
    await using t = await makeTestService()
    const shop = await t.key('web-shop', 'sales:create')
    t.fake.faults.add({ operation: 'create:Quotes', kind: { type: 'refuse' } })
    const refused = await lanesIn(t, saleIdOf(await post(t, shop)))
    assert.match(refused[1] ?? '', /^Deal \d+ \+\S+ ms, took \S+ ms \+\S+ ms, took/)
    assert.match(refused[2] ?? '', /^Quote failed \+\S+ ms$/)
    assert.equal(refused[3], 'Sales Order not reached')

    const unknown = { ...SALE, contactId: '123' }
    const saleId = saleIdOf(await post(t, shop, unknown))
    const [reading, ...others] = await lanesIn(t, saleId)
    assert.match(reading ?? '', /^Contact, products failed \+\S+ ms$/)
    assert.deepEqual(others, ['Deal not reached', 'Quote not reached', 'Sales Order not reached'])
    const { text } = await show(t, saleId)
    const [one, other] = SALE.products
    const asked = [one, other]
      .map(({ productId, quantity }) => `${productId} ${quantity}`)
      .join(' ')
    assert.ok(text.includes(`Not priced. Asked for: ID Quantity ${asked}`))
  })

  it('shows where the time ran out as broken off, and as not failed', async () => {
    await using t = await makeTestService()
    const saleId = a.saleIdOf(1)
    const late: SaleEvent = {
      type: 'CompensationRequired',
      at: now,
      data: { failedStep: 'deadline', reason: 'not complete after 30000 ms' },
    }
    await t.store.sales.begin(a.firstOf(saleId), undefined, now)
    await t.store.sales.append(a.appendOf(saleId, [requested], [priced, late]))
    const [, deal, quote] = await lanesIn(t, saleId)
    assert.match(deal ?? '', /^Deal broken off \+/)
    assert.equal(quote, 'Quote not reached')
  })

  it('calls a mail that became a file no mail that IT was sent', async () => {
    const files = { way: 'files', recipients: 2 } as const
    await using t = await makeTestService({}, { mailer: { send: async () => files } })
    t.fake.faults.add({ operation: 'create:Deals', kind: { type: 'refuse' } })
    const saleId = saleIdOf(await post(t, await t.key('web-shop', 'sales:create')))
    await t.time.until(
      'the mail is a file',
      async () => (await t.store.outbox.nextDueAt()) === undefined,
    )
    const { text } = await show(t, saleId)
    assert.match(text, /The mail that tells IT was written to a file, and sent to nobody, at 20/)
    assert.match(text, /The sale failed: the mail was written to a file, and sent to nobody, at 20/)
    assert.doesNotMatch(text, /mail server|IT was told/)
  })

  it('moves while the sale does, and rests with it', async () => {
    await using t = await makeTestService(PATIENT)
    const held = holdAt(t, 'create:Quotes')
    const answer = post(t, await t.key('web-shop', 'sales:create'))
    await held.arrived()
    const [sale] = (await t.store.saleReader.list({ limit: 1 })).sales
    assert.ok(sale !== undefined)
    const running = await show(t, sale.saleId)
    assert.match(running.text, /In progress\. Deal \d+ was created\. The Quote is being created\./)
    assert.match(running.body, /data-refresh-ms="1000"/)
    held.release()
    await answer
    assert.match((await show(t, sale.saleId)).body, /data-refresh-ms=""/)
  })

  it('escapes the names of products', async () => {
    await using t = await makeTestService()
    const saleId = a.saleIdOf(1)
    const lines = priced.data.lines.map((line) => ({ ...line, productName: HOSTILE }))
    const hostile: SaleEvent = { ...priced, data: { ...priced.data, lines } }
    await t.store.sales.begin(a.firstOf(saleId), undefined, now)
    await t.store.sales.append(a.appendOf(saleId, [requested], [hostile, ...a.completed]))
    const { text, body } = await show(t, saleId)
    assert.ok(text.includes(HOSTILE))
    assert.ok(!body.includes('<script>'))
  })

  it('comes as JSON as programs read it, and its events as CSV', async () => {
    await using t = await makeTestService()
    const auditor = await t.key('auditor', 'audit:read')
    const saleId = saleIdOf(await post(t, await t.key('web-shop', 'sales:create')))
    const json = await get(t, auditor, `/audit/sales/${saleId}.json`)
    assert.match(String(json.headers['content-disposition']), new RegExp(`"sale-${saleId}.json"`))
    assert.deepEqual(json.json(), (await get(t, auditor, `/sales/${saleId}`)).json())
    const csv = await get(t, auditor, `/audit/sales/${saleId}.csv`)
    const lines = csv.body.trimEnd().split('\r\n')
    assert.equal(lines[0], '\uFEFFposition,sale_id,sequence,type,version,at,actor,data')
    assert.equal(lines.length, 1 + json.json().events.length)
    assert.ok(lines[1]?.includes(`,${saleId},1,SaleRequested,1,`))
    assert.ok(lines[1]?.includes(`""contactId"":""${SALE.contactId}""`))
  })

  it('is not found for an id that no sale has, whatever its form', async () => {
    await using t = await makeTestService()
    const auditor = await t.key('auditor', 'audit:read')
    for (const id of [a.saleIdOf(1), 'x', "'--", '%00', 'x'.repeat(300)]) {
      for (const end of ['', '.json', '.csv']) {
        const answer = await open(t, auditor, `/audit/sales/${encodeURIComponent(id)}${end}`)
        assert.equal(answer.statusCode, 404, id + end)
        assert.match(textOf(answer.body), /Not found/)
      }
    }
  })
})
