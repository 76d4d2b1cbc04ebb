import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { SAMPLE_CONTACT_ID } from '../../../../src/adapters/fake-zoho/world/sample-data.ts'
import { CLAIM_KEPT_MS } from '../../../../src/adapters/sql/sale/idempotency-claims.ts'
import { HITS_MAX } from '../../../../src/application/desk/find-anything.ts'
import type { SaleId } from '../../../../src/domain/ids.ts'
import type { SaleEvent } from '../../../../src/domain/sale/events.ts'
import * as sale from '../../../support/examples/sale-examples.ts'
import * as a from '../../../support/examples/store-examples.ts'
import { get, post, SALE, saleIdOf, untilEvent } from '../../../support/gateway/http-requests.ts'
import { makeTestService } from '../../../support/gateway/test-service.ts'
import { open, textOf } from './support.ts'

/** A completed sale, and one that was rolled back after its Deal was made. */
async function makeTwo() {
  const t = await makeTestService()
  const auditor = await t.key('auditor', 'audit:read')
  const shop = await t.key('web-shop', 'sales:create')
  const done = saleIdOf(await post(t, shop, SALE, { 'idempotency-key': 'A-4711' }))
  t.fake.faults.add({ operation: 'create:Quotes', kind: { type: 'refuse' } })
  const undone = saleIdOf(await post(t, shop))
  await untilEvent(t, undone, 'SaleRolledBack')
  const show = async (id: SaleId) => {
    const sale = await t.store.saleReader.show(id, undefined)
    return sale ?? assert.fail(`no sale ${id}`)
  }
  const find = (text: string) => open(t, auditor, `/audit/find?${new URLSearchParams({ q: text })}`)
  return {
    t,
    auditor,
    done,
    undone,
    show,
    find,
    [Symbol.asyncDispose]: () => t[Symbol.asyncDispose](),
  }
}

function idIn(events: readonly { readonly data: object }[], name: string): string {
  const ids = events.flatMap(({ data }) => Object.entries(data).filter(([key]) => key === name))
  return String(ids[0]?.[1])
}

describe('The search', () => {
  it('is in the header of every page', async () => {
    await using two = await makeTwo()
    for (const url of ['/audit', '/audit/glossary', `/audit/sales/${two.done}`, '/audit/nothing']) {
      const { body } = await open(two.t, two.auditor, url)
      assert.match(body, /<form class="find" role="search"[^>]* action="\/audit\/find">/, url)
    }
  })

  it('opens the one thing that a text means, whatever people hold of it', async () => {
    await using two = await makeTwo()
    const { events } = await two.show(two.done)
    const [requested] = events
    const actor = requested?.actor as { readonly requestId: string; readonly keyId: string }
    const page = `/audit/sales/${two.done}`
    for (const [text, location] of [
      [two.done, page],
      [` ${two.done.toUpperCase()} `, page],
      [two.done.slice(-12), page],
      [idIn(events, 'dealId'), page],
      [idIn(events, 'quoteId'), page],
      [idIn(events, 'salesOrderId'), page],
      [actor.requestId, page],
      ['A-4711', page],
      ['web-shop', '/audit?client=web-shop'],
      ['web', '/audit?client=web-shop'],
      ['auditor', '/audit/events?of=client&who=auditor'],
      [actor.keyId, `/audit/keys/${actor.keyId}`],
    ] as const) {
      const answer = await two.find(text)
      assert.equal(answer.statusCode, 303, text)
      assert.equal(answer.headers.location, location, text)
    }
  })

  it('finds a record that was deleted', async () => {
    await using two = await makeTwo()
    const { events } = await two.show(two.undone)
    const answer = await two.find(idIn(events, 'dealId'))
    assert.equal(answer.headers.location, `/audit/sales/${two.undone}`)
  })

  it('lists several hits by what they were found by, each with status, time and amount', async () => {
    await using two = await makeTwo()
    const { statusCode, body } = await two.find(SAMPLE_CONTACT_ID)
    assert.equal(statusCode, 200)
    const text = textOf(body)
    assert.ok(text.includes(`Found for ${SAMPLE_CONTACT_ID} Sales for this contact`), text)
    assert.match(
      text,
      new RegExp(`Rolled back ${two.undone} 2026-\\S+ \\S+ UTC web-shop 2,949\\.50 `),
    )
    assert.match(text, new RegExp(`Completed ${two.done} 2026-\\S+ \\S+ UTC web-shop 2,949\\.50 `))
    assert.match(body, new RegExp(`<input type="search" name="q" value="${SAMPLE_CONTACT_ID}"`))
  })

  it('marks a record that is deleted, by the gateway or by a person, or was only ever named', async () => {
    await using t = await makeTestService()
    const auditor = await t.key('auditor', 'audit:read')
    const { dealId } = sale
    const begin = async (number: number, rest: readonly SaleEvent[]) => {
      await t.store.sales.begin(a.firstOf(a.saleIdOf(number)), undefined, sale.now)
      await t.store.sales.append(a.appendOf(a.saleIdOf(number), [sale.requested], rest))
    }
    const failed = [sale.priced, sale.dealCreated, a.failed]
    await begin(1, [...failed, ...a.rolledBack])
    await begin(2, [sale.priced, ...a.completed])
    await begin(3, [sale.priced, sale.unanswered('deal'), sale.named('deal', dealId)])
    await begin(4, [sale.priced])
    const removed = { saleId: a.saleIdOf(4), step: 'deal', id: dealId } as const
    await t.store.eventLog.record(
      { type: 'OrphanDeleted', at: sale.now, data: removed },
      a.operator,
      [],
    )
    const { body } = await open(t, auditor, `/audit/find?q=${dealId}`)
    const fates = [...body.matchAll(/<p class="fate[^"]*">.*?<\/p>/g)].map(([fate]) => fate)
    assert.deepEqual(
      fates.map((fate) => textOf(`<main>${fate}</main>`).replace(` Deal ${dealId} : `, '').trim()),
      [
        'a person had it deleted Event 20',
        'only named by the CRM, never seen',
        'in the CRM, as far as the log knows',
        'deleted at 2026-11-23 10:00:00 UTC',
      ],
    )
    assert.match(body, /<a href="\/audit\/events\/20">Event 20<\/a>/)
  })

  it('says that there are more, and leads to all of a contact', async () => {
    await using t = await makeTestService()
    const auditor = await t.key('auditor', 'audit:read')
    for (let number = 1; number <= HITS_MAX + 1; number += 1) {
      await t.store.sales.begin(a.firstOf(a.saleIdOf(number)), undefined, sale.now)
    }
    const { body } = await open(t, auditor, `/audit/find?q=${sale.contactId}`)
    assert.equal(body.match(/href="\/audit\/sales\//g)?.length, HITS_MAX)
    assert.ok(textOf(body).includes(`There are more: only the newest ${HITS_MAX} are shown.`))
    assert.ok(body.includes(`<a href="/audit?contactId=${sale.contactId}">All in the list</a>`))
  })

  it('shows what was looked for and what it takes, where nothing was found', async () => {
    await using two = await makeTwo()
    const { statusCode, body } = await two.find('<b>"nothing" & more')
    assert.equal(statusCode, 200)
    assert.ok(textOf(body).includes('Nothing found for <b>"nothing" & more What the search takes'))
    assert.doesNotMatch(body, /<b>/)
    for (const text of ['', '  ', 'x'.repeat(256)]) {
      assert.ok(textOf((await two.find(text)).body).includes('What the search takes'), text)
    }
    assert.ok(!(await two.find('x'.repeat(256))).body.includes('<h1>Nothing found for <span'))
  })

  it('says how long a sale is found by its Idempotency-Key', async () => {
    await using two = await makeTwo()
    const days = CLAIM_KEPT_MS / 86_400_000
    assert.match(
      textOf((await two.find('A-never')).body),
      new RegExp(` , whole, for the ${days} days that the gateway keeps it A-2026-4711 `),
    )
    const glossary = await open(two.t, two.auditor, '/audit/glossary')
    assert.match(textOf(glossary.body), new RegExp(`again under that name within ${days} days, no`))
  })

  it('lists what else a request did', async () => {
    await using t = await makeTestService()
    const auditor = await t.key('auditor', 'audit:read')
    const headers = { 'x-request-id': 'a-request' }
    for (const url of ['/log', '/sales']) {
      await t.server.inject({ url, headers: { ...headers, 'x-api-key': auditor } })
    }
    const answer = await open(t, auditor, '/audit/find?q=a-request')
    assert.match(String(answer.headers.location), /^\/audit\/events\/\d+$/)
  })

  it('is opened by an auditor only, and takes one text', async () => {
    await using two = await makeTwo()
    assert.equal((await get(two.t, two.auditor, '/audit/find?text=x')).statusCode, 400)
    assert.equal((await get(two.t, '', '/audit/find?q=x')).statusCode, 401)
  })
})
