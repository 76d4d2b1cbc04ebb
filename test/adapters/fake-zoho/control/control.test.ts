import assert from 'node:assert/strict'
import { once } from 'node:events'
import { request } from 'node:http'
import { after, before, beforeEach, describe, it } from 'node:test'
import { type FakeZoho, makeFakeZoho } from '../../../../src/adapters/fake-zoho/fake-zoho.ts'
import type { Json } from '../../../../src/adapters/fake-zoho/schema/json.ts'
import { type FakeZohoServer, serveFakeZoho } from '../../../../src/adapters/fake-zoho/serve.ts'
import { at, makeManualClock, REFERENCE_FIELD, replyOf, takeToken } from '../support.ts'

describe('The control path', () => {
  let fake: FakeZoho
  let server: FakeZohoServer

  before(async () => {
    const { now, sleep } = makeManualClock()
    fake = makeFakeZoho({ now, sleep, referenceField: REFERENCE_FIELD, latencyMs: 0 })
    server = await serveFakeZoho(fake, { host: '127.0.0.1', port: 0 })
  })

  beforeEach(() => fake.reset())

  after(() => server.close())

  const control = async (method: string, path: string, body?: Json) => {
    const content = body === undefined ? null : JSON.stringify(body)
    return replyOf(await fetch(`${server.url}/__control/${path}`, { method, body: content }))
  }

  const DONE = { status: 204, body: undefined }
  const org = async (token: string) => {
    const headers = { authorization: `Zoho-oauthtoken ${token}` }
    return replyOf(await fetch(`${server.url}/crm/v8/org`, { headers }))
  }

  it('shows the journal, and empties it', async () => {
    await org(await takeToken(fake))
    const { status, body } = await control('GET', 'journal')
    assert.equal(status, 200)
    assert.equal(at(body, 'entries', 0, 'operation'), 'token')
    assert.equal(at(body, 'entries', 1, 'operation'), 'org')
    assert.equal(at(body, 'entries', 1, 'status'), 200)
    assert.deepEqual(await control('DELETE', 'journal'), DONE)
    assert.deepEqual((await control('GET', 'journal')).body, { entries: [] })
  })

  it('adds one fault, or several, and removes all', async () => {
    const token = await takeToken(fake)
    const busy = { operation: 'org', kind: { type: 'status', status: 503 } }
    assert.deepEqual(await control('POST', 'faults', busy), { status: 201, body: { added: 1 } })
    assert.equal((await org(token)).status, 503)
    assert.equal((await org(token)).status, 200)
    const list = [
      { ...busy, nth: 2, times: 1 },
      { ...busy, nth: 3, times: 'forever' },
    ]
    assert.deepEqual(await control('POST', 'faults', list), { status: 201, body: { added: 2 } })
    const statuses: number[] = []
    while (statuses.length < 5) statuses.push((await org(token)).status)
    assert.deepEqual(statuses, [200, 503, 503, 503, 503])
    assert.deepEqual(await control('DELETE', 'faults'), DONE)
    assert.equal((await org(token)).status, 200)
  })

  it('changes the settings at once, and shows all of them', async () => {
    const patch = { searchLagMs: 5, latency: { type: 'uniform', minMs: 0, maxMs: 0 } }
    const { status, body } = await control('POST', 'settings', patch)
    assert.equal(status, 200)
    assert.equal(at(body, 'searchLagMs'), 5)
    assert.equal(fake.settings.current.searchLagMs, 5)
    assert.equal(at((await control('GET', 'settings')).body, 'latency', 'type'), 'uniform')
    await control('POST', 'settings', { referenceFields: { Deals: 'absent' } })
    assert.equal(fake.settings.current.referenceFields.Deals, 'absent')
    assert.equal(fake.settings.current.referenceFields.Quotes, 'unique')
  })

  it('accepts every setting in the form in which it shows it', async () => {
    const { body } = await control('GET', 'settings')
    assert.deepEqual(await control('POST', 'settings', body ?? null), { status: 200, body })
  })

  it('expires the tokens', async () => {
    const token = await takeToken(fake)
    assert.deepEqual(await control('POST', 'expire-tokens'), DONE)
    assert.equal((await org(token)).status, 401)
  })

  it('stores records, and shows the live ones and those in the bin', async () => {
    const records: readonly Json[] = [
      { Email: 'a@example.org', Full_Name: 'A' },
      { id: '7001', Email: 'b@example.org' },
    ]
    const { status, body } = await control('POST', 'records', { module: 'Contacts', records })
    assert.equal(status, 201)
    assert.match(String(at(body, 'ids', 0)), /^\d{19}$/)
    assert.equal(at(body, 'ids', 1), '7001')
    const edit = { module: 'Contacts', records: [{ id: '7001', Full_Name: 'B' }] }
    await control('POST', 'records', edit)
    fake.records.remove('Contacts', String(at(body, 'ids', 0)))
    const told = await control('GET', 'records?module=Contacts')
    const live = at(told.body, 'live')
    assert.ok(Array.isArray(live))
    const [edited] = live.filter((one) => at(one, 'id') === '7001')
    assert.deepEqual([at(edited, 'Email'), at(edited, 'Full_Name')], ['b@example.org', 'B'])
    assert.equal(at(told.body, 'bin', 0, 'Email'), 'a@example.org')
  })

  it('sets the states of records', async () => {
    const { body } = await control('POST', 'records', { module: 'Deals', records: [{}] })
    const id = String(at(body, 'ids', 0))
    const states = (state: Json) => control('POST', 'record-states', { ids: [id], state })
    assert.deepEqual(await states({ type: 'pending' }), DONE)
    assert.equal(fake.states.isHidden(id), true)
    assert.deepEqual(await states({ type: 'plain' }), DONE)
    assert.equal(fake.states.isHidden(id), false)
  })

  it('makes a grant code', async () => {
    const { status, body } = await control('POST', 'grant-codes', { scope: 'a.READ, b.READ' })
    assert.equal(status, 201)
    assert.match(String(at(body, 'code')), /^1000\.[0-9a-f]{32}\.[0-9a-f]{32}$/)
  })

  it('resets everything', async () => {
    fake.settings.change({ searchLagMs: 5 })
    fake.records.remove('Contacts', '550428000008877777')
    assert.deepEqual(await control('POST', 'reset'), DONE)
    assert.equal(fake.settings.current.searchLagMs, 0)
    assert.equal(fake.records.live('Contacts').length, 2)
  })

  const wrong: readonly (readonly [string, Json | undefined, RegExp])[] = [
    ['faults', undefined, /^body: must be object$/],
    ['faults', { kind: { type: 'cutBody' } }, /^operation: is missing$/],
    ['faults', { operation: 'org' }, /^kind: is missing$/],
    [
      'faults',
      { operation: 'shoes', kind: { type: 'cutBody' } },
      /^operation: must be one of .*org/,
    ],
    ['faults', { operation: 'org', kind: { type: 'x' } }, /^kind\.type: must be one of refuse, /],
    ['faults', { operation: 'org', kind: { type: 'slow', ms: 'x' } }, /^kind\.ms: must be number$/],
    ['faults', { operation: 'org', kind: { type: 'slow' } }, /^kind\.ms: is missing$/],
    [
      'faults',
      { operation: 'org', kind: { type: 'slow', ms: 1, x: 1 } },
      /^kind\.x: is not known$/,
    ],
    ['faults', { operation: 'org', kind: 7 }, /^kind: must be object$/],
    [
      'faults',
      [
        { operation: 'org', kind: { type: 'slow', ms: 1 } },
        { operation: 'org', nth: 0, kind: { type: 'cutBody' } },
      ],
      /^\[1\]\.nth: must be >= 1$/,
    ],
    ['faults', { operation: 'org', times: 'x', kind: { type: 'cutBody' } }, /^times: .*forever$/],
    ['settings', { shoes: 1 }, /^shoes: is not known$/],
    ['settings', { creditsMax: 'x' }, /^creditsMax: must be integer or must be null$/],
    ['settings', { latency: { type: 'fixed' } }, /^latency\.ms: is missing$/],
    ['settings', { denied: ['eat:Deals'] }, /^denied\[0\]: must be one of create:Contacts/],
    ['settings', { picklists: { Shoes: [] } }, /^picklists\.Shoes: is not known$/],
    ['settings', { referenceFields: { Deals: 'x' } }, /^referenceFields\.Deals: must be one of/],
    [
      'settings',
      { chanceFaults: [{ operation: '*', probability: 1, kind: { type: 'slow', ms: -1 } }] },
      /^chanceFaults\[0\]\.kind\.ms: must be >= 0$/,
    ],
    [
      'record-states',
      { ids: ['1'], state: { type: 'lost' } },
      /^state\.type: must be one of plain, hidden, pending, locked$/,
    ],
    [
      'record-states',
      { ids: ['1'], state: { type: 'hidden', forMs: -1 } },
      /^state\.forMs: must be >= 0/,
    ],
    ['grant-codes', { lifeMs: 600_001 }, /^lifeMs: must be <= 600000$/],
    ['record-states', { state: { type: 'plain' } }, /^ids: is missing$/],
    [
      'settings',
      { newRecords: [{ module: 'Deals', state: { type: 'x' } }] },
      /^newRecords\[0\]\.state\.type: must be one of plain/,
    ],
    ['settings', { coqlQuoting: 'x' }, /^coqlQuoting: must be one of both, doubled, backslash$/],
    ['records', { module: 'Shoes', records: [{}] }, /^module: must be one of Contacts/],
    ['records', { module: 'Deals', records: [] }, /^records: /],
    ['records', { module: 'Deals', records: [{ Shoe: 1 }] }, /^records\[0\]\.Shoe: Deals has no/],
    ['records', { module: 'Deals', records: [{ id: 7 }] }, /^records\[0\]\.id: must be a text/],
  ]
  for (const [path, body, problem] of wrong) {
    it(`refuses POST ${path} ${JSON.stringify(body)}`, async () => {
      const answer = await control('POST', path, body)
      assert.equal(answer.status, 400)
      assert.match(String(at(answer.body, 'error')), problem)
    })
  }

  it('refuses a rule beyond a thousand', async () => {
    const rules = (count: number) =>
      Array.from({ length: count }, () => ({ operation: 'org', kind: { type: 'cutBody' } }))
    assert.equal((await control('POST', 'faults', rules(1_000))).status, 201)
    const { status, body } = await control('POST', 'faults', rules(1))
    assert.deepEqual([status, at(body, 'error')], [400, 'faults: over 1000 rules'])
  })

  it('answers 404 to what it does not have, and 400 to records of no module', async () => {
    for (const [method, path] of [
      ['GET', 'shoes'],
      ['PUT', 'journal'],
      ['GET', ''],
    ] as const) {
      assert.equal((await control(method, path)).status, 404)
    }
    assert.equal((await control('GET', 'records?module=Shoes')).status, 400)
  })

  it('is no call of Zoho: it meets no fault, and the journal does not have it', async () => {
    fake.faults.add({ operation: '*', times: Infinity, kind: { type: 'status' } })
    assert.equal((await control('GET', 'settings')).status, 200)
    assert.deepEqual(fake.journal, [])
  })

  it('refuses a web page that uses DNS rebinding', async () => {
    const { port } = new URL(server.url)
    const headers = { host: `evil.example:${port}` }
    const sent = request({ host: '127.0.0.1', port, path: '/__control/settings', headers })
    sent.end()
    const [response] = await once(sent, 'response')
    response.resume()
    assert.equal(response.statusCode, 403)
  })
})
