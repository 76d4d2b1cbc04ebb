import assert from 'node:assert/strict'
import path from 'node:path'
import { describe, it } from 'node:test'
import { EVENT_GROUPS } from '../../../../src/application/desk/event-groups.ts'
import { plusMs } from '../../../../src/domain/time.ts'
import { openStore } from '../../../../src/infrastructure/service/open-store.ts'
import { operator } from '../../../support/examples/store-examples.ts'
import { errorMessage, get, post, saleIdOf } from '../../../support/gateway/http-requests.ts'
import { makeFolder } from '../../../support/gateway/run-gateway.ts'
import { makeTestService } from '../../../support/gateway/test-service.ts'
import { addEveryEvent, SHUT_MS } from '../../../support/log/every-event.ts'
import { bodyAt, tamper } from '../../../support/log/tamper.ts'
import { open, textOf } from './support.ts'

/** A sale, and an event of each type beside it. */
async function makeStage(given: Parameters<typeof makeTestService>[1] = {}) {
  const t = await makeTestService({}, given)
  const auditor = await t.key('checker', 'audit:read')
  const saleId = saleIdOf(await post(t, await t.key('web-shop', 'sales:create')))
  await addEveryEvent(t.store.eventLog, saleId, t.time.clock.now())
  const look = async (query = '') => {
    const { statusCode, body } = await open(t, auditor, `/audit/events${query}`)
    assert.equal(statusCode, 200, query)
    return body
  }
  return { t, auditor, saleId, look, [Symbol.asyncDispose]: () => t[Symbol.asyncDispose]() }
}

function typesOn(body: string): readonly string[] {
  return [...body.matchAll(/<li id="event-\d+" class="(\w+)">/g)].map(([, type]) => String(type))
}

/** The one event of this type on a page, as a reader sees it. */
function itemOf(body: string, type: string): string {
  const begin = body.indexOf(`class="${type}"`)
  assert.ok(begin > 0, type)
  return textOf(
    `<main>${body.slice(begin + 8 + type.length, body.indexOf('<details', begin))}</main>`,
  )
}

function hrefs(body: string): readonly string[] {
  return [...body.matchAll(/href="([^"]+)"/g)].map(([, url]) =>
    String(url).replaceAll('&amp;', '&'),
  )
}

describe('The page of the events beside the sales', () => {
  it('shows every group, in words, with who caused each, and leads to each group', async () => {
    await using stage = await makeStage()
    const all = await stage.look()
    for (const group of EVENT_GROUPS) {
      const url = `/audit/events?group=${group}`
      assert.ok(hrefs(all).includes(url), url)
      const types = typesOn(await stage.look(`?group=${group}`))
      assert.ok(types.length > 0, group)
      for (const type of types) assert.ok(typesOn(all).includes(type), type)
    }
    assert.match(
      itemOf(all, 'ApiKeyRotated'),
      /Key 0a1b2c3d was given the successor 4d3c2b1a, .* ApiKeyRotated · operator root · position \d+ Key 0a1b2c3d Key 4d3c2b1a /,
    )
    assert.match(itemOf(all, 'ApiKeyCreated'), / Scopes: audit:read · Expires: 20\S+ \S+ UTC /)
    assert.match(
      itemOf(all, 'SignInsFailed'),
      / no key: 1 · a key that was never made: 2 · an expired key: 1 · a revoked key: 1 203\.0\.113\.7: 3 · other addresses: 2 Key 0a1b2c3d /,
    )
    assert.match(
      itemOf(all, 'LogLossAccepted'),
      / taken with 38 events; the newest checkpoint was over 40\. /,
    )
    assert.ok(hrefs(all).includes(`/audit/sales/${stage.saleId}`))
  })

  it('lists what one key, client or operator did, and what is about a key', async () => {
    await using stage = await makeStage()
    const key = typesOn(await stage.look('?of=key&who=0A1B2C3D'))
    assert.deepEqual(key, [
      'AuditExported',
      'AuditExported',
      'SignInsFailed',
      'AuditorLooked',
      'ApiKeyRevoked',
      'ApiKeyRotated',
      'ApiKeyCreated',
    ])
    const client = await stage.look('?of=client&who=web-shop')
    assert.deepEqual(typesOn(client), ['ApiKeyCreated'])
    assert.match(client, /<option value="client" selected>/)
    const people = typesOn(await stage.look('?of=operator&who=root&group=orphans'))
    assert.deepEqual(people, ['OrphanDeleteFailed', 'OrphanDeleted'])
    assert.match(
      textOf(await stage.look('?of=operator&who=nobody')),
      / No event fits on this page\. /,
    )
  })

  it('leads to what happened while the account was shut', async () => {
    await using stage = await makeStage()
    const body = await stage.look('?group=account')
    const now = stage.t.time.clock.now()
    assert.match(
      itemOf(body, 'CrmAccountShut'),
      / Shut until 20\S+ \S+ UTC ?, for 1 min 30 s\. New sales were turned away/,
    )
    const from = new Date(plusMs(now, -SHUT_MS)).toISOString()
    const to = new Date(plusMs(now, 1)).toISOString()
    const period = new URLSearchParams({ from, to })
    assert.ok(hrefs(body).includes(`/audit?${period}`))
    const then = await stage.look(`?${period}`)
    assert.ok(hrefs(body).includes(`/audit/events?${period}`))
    assert.ok(typesOn(then).includes('SaleResumeRequested'))
    assert.ok(typesOn(then).includes('CrmAccountReopened'))

    const until = await stage.look(`?group=account&to=${new Date(plusMs(now, -1)).toISOString()}`)
    assert.deepEqual(typesOn(until), ['CrmAccountShut'])
    assert.match(
      itemOf(until, 'CrmAccountShut'),
      / Shut until /,
      'the reopening is not on the page',
    )

    const data = { reason: 'invalid_code' }
    await stage.t.store.eventLog.record(
      { type: 'CrmAccountShut', at: plusMs(now, 5), data },
      operator,
    )
    assert.match(
      itemOf(await stage.look('?group=account'), 'CrmAccountShut'),
      / Not open again so far\. /,
    )
    const saleId = saleIdOf(await post(stage.t, await stage.t.key('kiosk', 'sales:create')))
    const [still = '', before = ''] = (await stage.look('?group=account'))
      .split('class="CrmAccountShut"')
      .slice(1)
    assert.match(before, /No sale has an event of that time\./)
    assert.match(still, /Sales that have events of that time:/)
    assert.ok(hrefs(still).includes(`/audit/sales/${saleId}`))
    for (let number = 0; number < 100; number += 1) {
      const jump = { byMs: number, jumps: 1 }
      const at = stage.t.time.clock.now()
      await stage.t.store.eventLog.record({ type: 'ClockJumped', at, data: jump }, operator)
    }
    assert.match(await stage.look('?group=account'), /of that time: There may be others: not all/)
  })

  it('goes on to older and newer pages and to both ends, with its filters', async () => {
    await using stage = await makeStage()
    const { t } = stage
    for (let number = 0; number < 120; number += 1) {
      const data = { byMs: number, jumps: 1 }
      const at = plusMs(t.time.clock.now(), number * 1_000)
      await t.store.eventLog.record({ type: 'ClockJumped', at, data }, operator)
    }
    const links = (body: string) =>
      Object.fromEntries(
        [...body.matchAll(/<a class="button"[^>]* href="([^"]+)">(\w+)<\/a>/g)].map(
          ([, url, name]) => [
            String(name),
            String(url).replaceAll('&amp;', '&').replace('/audit/events', ''),
          ],
        ),
      )
    const positions = (body: string) => body.match(/id="event-\d+"/g) ?? []
    const newest = await stage.look('?group=clock')
    assert.deepEqual(Object.keys(links(newest)), ['Older', 'Oldest'])
    const second = await stage.look(links(newest)['Older'])
    assert.deepEqual(Object.keys(links(second)), ['Newest', 'Newer', 'Older', 'Oldest'])
    assert.equal(links(second)['Newest'], '?group=clock')
    const last = await stage.look(links(second)['Older'])
    assert.deepEqual(Object.keys(links(last)), ['Newest', 'Newer'])
    assert.equal(typesOn(last).length, 21)
    assert.deepEqual(positions(await stage.look(links(second)['Newer'])), positions(newest))
    const oldest = await stage.look(links(second)['Oldest'])
    assert.deepEqual(Object.keys(links(oldest)), ['Newest', 'Newer'])
    assert.equal(positions(oldest).at(-1), positions(last).at(-1))
    assert.equal(new Set([newest, second, last].flatMap(positions)).size, 121)
    assert.deepEqual(Object.keys(links(await stage.look('?of=client&who=web-shop'))), [])
  })

  it('marks each event as it was signed, newer, or wrong', async () => {
    await using folder = await makeFolder()
    const db = path.join(folder.path, 'gateway.db')
    const store = await openStore(db)
    try {
      await using stage = await makeStage({ store })
      const marks = async () => {
        const body = await stage.look('?group=keys')
        const kinds = [...body.matchAll(/<span class="checked (\w+)">/g)].map(([, kind]) => kind)
        const [, line = '', words = ''] = /<p class="verified (\w+)">(.*?)<\/p>/.exec(body) ?? []
        return { kinds, line, words: textOf(`<main>${words}</main>`) }
      }
      const fresh = await marks()
      assert.equal(fresh.line, 'waiting')
      assert.deepEqual(new Set(fresh.kinds), new Set(['waiting']))
      await get(stage.t, stage.auditor, `/audit/sales/${stage.saleId}/bundle`)
      const whole = await marks()
      assert.equal(whole.line, 'whole')
      assert.deepEqual(whole.kinds, ['whole', 'whole', 'whole', 'whole', 'whole'])
      assert.match(
        whole.words,
        /Verified: 5 of 5 on this page, by the signed checkpoint 2 of .* events\. Checkpoint 2/,
      )
      tamper(db, (raw) => {
        const body = bodyAt(raw, 1).replace('checker', 'chicken')
        raw.prepare('update event set body = ? where position = 1').run(body)
      })
      const wrong = await marks()
      assert.equal(wrong.line, 'wrong')
      assert.deepEqual(wrong.kinds, ['whole', 'whole', 'whole', 'whole', 'wrong'])
      assert.match(wrong.words, /^ ?Not as signed: 1\. Verified: 4 of 5 /)
      tamper(db, (raw) => {
        raw.prepare("update event set body = '{' where position = 1").run()
      })
      const damaged = await stage.look('?group=keys')
      assert.match(
        textOf(damaged),
        / – Not as it was signed: .* This event cannot be read\. ApiKeyCreated · position 1 /,
      )
      const address = await open(stage.t, stage.auditor, '/audit/events/1')
      const [url = ''] = String(address.headers.location).split('#')
      assert.match((await open(stage.t, stage.auditor, url)).body, /id="event-1"/)
    } finally {
      await store.close()
    }
  })

  it('has an address for each event of the log', async () => {
    await using stage = await makeStage()
    const { t, auditor } = stage
    const events = await t.store.saleReader.events(0, 1_000)
    for (const event of events) {
      const answer = await open(t, auditor, `/audit/events/${event.position}`)
      assert.equal(answer.statusCode, 303)
      const [url = '', fragment] = String(answer.headers.location).split('#')
      const page = await open(t, auditor, url)
      assert.equal(page.statusCode, 200)
      assert.ok(page.body.includes(`id="${fragment}"`), `${url}#${fragment}`)
    }
    for (const position of ['0', '999999', 'x', '1e3', '9'.repeat(400)]) {
      const answer = await open(t, auditor, `/audit/events/${position}`)
      assert.equal(answer.statusCode, 404, position)
    }
  })

  it('names the field that cannot be used', async () => {
    await using stage = await makeStage()
    for (const [query, name] of [
      ['group=lunch', 'group'],
      ['of=nobody', 'of'],
      ['who=0a1b2c3d', 'of'],
      [`of=client&who=${'x'.repeat(201)}`, 'who'],
      ['from=yesterday', 'from'],
      ['zone=Mars', 'zone'],
      ['after=x', 'after'],
      ['before=2026-11-24_1', 'before'],
      ['after=_1&before=_2', 'before'],
      ['group=keys&group=looks', 'group'],
    ] as const) {
      const page = await open(stage.t, stage.auditor, `/audit/events?${query}`)
      assert.equal(page.statusCode, 400, query)
      assert.match(textOf(page.body), new RegExp(`This filter cannot be used\\. ${name} ?:`), query)
      const program = await get(stage.t, stage.auditor, `/audit/events?${query}`)
      assert.equal(program.statusCode, 400)
      assert.match(errorMessage(program), new RegExp(`^${name}: (must|cannot) `))
    }
  })
})

describe('The page of a key', () => {
  it('shows who made it, what it may do, what became of it, and leads to what it did', async () => {
    await using stage = await makeStage()
    const { t, auditor } = stage
    const now = t.time.clock.now()
    const made = {
      client: 'till 7',
      scopes: ['sales:create'],
      createdAt: now,
      expiresAt: null,
    } as const
    const { id } = await t.store.keys.create(made, { operator: 'ayse' })
    const look = async (keyId: string) =>
      textOf((await open(t, auditor, `/audit/keys/${keyId}`)).body)
    const fresh = await look(id)
    assert.match(
      fresh,
      new RegExp(
        `API key ${id} State good Client till 7 Scopes sales:create Made 20.* Made by operator ayse Last used never Expires never Events`,
      ),
    )
    const next = await t.store.keys.rotate(id, 60_000, plusMs(now, 1_000), { operator: 'mehmet' })
    await t.store.keys.revoke(id, plusMs(now, 2_000), { operator: 'can' })
    const { body } = await open(t, auditor, `/audit/keys/${id.toUpperCase()}`)
    assert.match(
      textOf(body),
      / Given a successor by operator mehmet Revoked 20\S+ \S+ UTC Revoked by operator can /,
    )
    assert.deepEqual(typesOn(body), ['ApiKeyRevoked', 'ApiKeyRotated', 'ApiKeyCreated'])
    const urls = hrefs(body)
    for (const url of [
      `/audit/events?of=key&who=${id}`,
      '/audit?client=till+7',
      '/audit/events?of=client&who=till+7',
      `/audit/keys/${next?.id}`,
    ]) {
      assert.ok(urls.includes(url), url)
    }
    assert.doesNotMatch(await look(next?.id ?? ''), /Given a successor/)
  })

  it('lists the sales that were asked for with it, and not those of another key of its client', async () => {
    await using stage = await makeStage()
    const { t, auditor, saleId } = stage
    const second = await t.key('web-shop', 'sales:create')
    const look = async (key: string) => {
      const found = (await t.store.keys.list()).find(({ id }) => id === key)
      return (await open(t, auditor, `/audit/keys/${found?.id}`)).body
    }
    const [first, other] = (await t.store.keys.list()).filter(({ client }) => client === 'web-shop')
    const later = saleIdOf(await post(t, second))
    const pages = [await look(first?.id ?? ''), await look(other?.id ?? '')]
    for (const page of pages) {
      assert.match(textOf(page), /Sales asked for with this key All 1, newest first\. /)
    }
    const sold = (page: string) => [saleId, later].filter((id) => page.includes(`/sales/${id}"`))
    assert.deepEqual(pages.flatMap(sold).toSorted(), [saleId, later].toSorted())
    assert.deepEqual(sold(pages[0] ?? '').length, 1)
    const own = (await t.store.keys.list()).find(({ client }) => client === 'checker')
    assert.match(textOf(await look(own?.id ?? '')), /No sale was asked for with it\. /)
  })

  it('is not found for a key that was never made', async () => {
    await using stage = await makeStage()
    for (const id of ['00000000', 'x', '%3Cb%3E', '9'.repeat(400)]) {
      const answer = await open(stage.t, stage.auditor, `/audit/keys/${id}`)
      assert.equal(answer.statusCode, 404, id)
    }
  })
})
