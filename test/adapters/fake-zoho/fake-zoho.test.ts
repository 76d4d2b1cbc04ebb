import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { JOURNAL_ENTRIES_MAX, makeJournal } from '../../../src/adapters/fake-zoho/answer/journal.ts'
import { ConnectionReset } from '../../../src/adapters/fake-zoho/wire/connection-reset.ts'
import { SAMPLE_CONTACT_ID } from '../../../src/adapters/fake-zoho/world/sample-data.ts'
import { at, DEAL, NOW_MS, openSession, turns } from './support.ts'

describe('The hooks', () => {
  it('run before each call is applied and before its answer leaves', async () => {
    const { fake, call } = await openSession()
    const told: string[] = []
    const note = (when: string) => (operation: string) => {
      told.push(`${when} ${operation} ${fake.records.live('Deals').length}`)
    }
    fake.hooks.before = note('before')
    fake.hooks.after = note('after')
    await call('POST', '/crm/v8/Deals', { data: [DEAL] })
    assert.deepEqual(told, ['before create:Deals 0', 'after create:Deals 1'])
  })

  it('hold a call until they are done', async () => {
    const { fake, call } = await openSession()
    const held = Promise.withResolvers<void>()
    fake.hooks.before = () => held.promise
    const answered = call('POST', '/crm/v8/Deals', { data: [DEAL] })
    await turns()
    assert.equal(fake.records.live('Deals').length, 0)
    held.resolve()
    assert.equal((await answered).status, 201)
  })

  it('can add a fault for the call for which they run', async () => {
    const { fake, call } = await openSession()
    fake.hooks.before = (operation) => {
      fake.faults.add({ operation, kind: { type: 'status', status: 429 } })
    }
    assert.equal((await call('POST', '/crm/v8/Deals', { data: [DEAL] })).status, 429)
  })

  it('do not run after a call that was not applied', async () => {
    const { fake, call } = await openSession()
    const told: string[] = []
    fake.hooks.after = (operation) => void told.push(operation)
    for (const type of ['refuse', 'status', 'resetBefore'] as const) {
      fake.faults.add({ operation: 'create:Deals', kind: { type } })
      await call('POST', '/crm/v8/Deals', { data: [DEAL] }).catch(() => {})
    }
    assert.deepEqual(told, [])
  })
})

describe('The latency', () => {
  it('passes before a call is applied', async () => {
    const { fake, request, clock } = await openSession({ latencyMs: 300 })
    const answered = fake.fetch(request('POST', '/crm/v8/Deals', { data: [DEAL] }))
    await clock.advance(299)
    assert.equal(fake.records.live('Deals').length, 0)
    await clock.advance(1)
    assert.equal((await answered).status, 201)
  })

  it('does not stop a call that its caller has aborted from being applied', async () => {
    const { fake, request, clock } = await openSession({ latencyMs: 300 })
    const caller = new AbortController()
    const sent = request('POST', '/crm/v8/Deals', { data: [DEAL] }, caller.signal)
    const rejected = assert.rejects(fake.fetch(sent), /gave up/)
    await turns()
    caller.abort(new Error('gave up'))
    await rejected
    assert.equal(fake.records.live('Deals').length, 0)
    await clock.advance(300)
    assert.equal(fake.records.live('Deals').length, 1)
  })

  it('is not waited for by a call that was aborted before it was sent', async () => {
    const { fake, request, clock } = await openSession({ latencyMs: 300 })
    const signal = AbortSignal.abort(new Error('gave up'))
    await assert.rejects(fake.fetch(request('POST', '/crm/v8/Deals', {}, signal)), /gave up/)
    await clock.advance(300)
    assert.equal(fake.journal.length, 1)
  })
})

describe('The journal', () => {
  it('has each call with its path, its operation, its status and its fault', async () => {
    const { fake, call } = await openSession()
    fake.faults.add({ operation: 'create:Deals', kind: { type: 'resetAfter' } })
    fake.faults.add({ operation: 'create:Deals', kind: { type: 'statusAfter', status: 502 } })
    await assert.rejects(call('POST', '/crm/v8/Deals', { data: [DEAL] }), ConnectionReset)
    await call('POST', '/crm/v8/Deals', { data: [DEAL] })
    await call('GET', '/crm/v8/Products?ids=1&fields=id')
    const same = { startedAtMs: NOW_MS, endedAtMs: NOW_MS, inFlight: 1 }
    const deals = { method: 'POST', path: '/crm/v8/Deals', operation: 'create:Deals', ...same }
    const list = { method: 'GET', path: '/crm/v8/Products', operation: 'list:Products', ...same }
    const token = { method: 'POST', path: '/oauth/v2/token', operation: 'token', ...same }
    assert.deepEqual(fake.journal, [
      { ...token, status: 200, fault: null },
      { ...deals, status: null, fault: 'resetAfter' },
      { ...deals, status: 502, fault: 'statusAfter' },
      { ...list, status: 204, fault: null },
    ])
  })

  it('has when each call began and ended, and how many were in flight with it', async () => {
    const { fake, request, clock } = await openSession({ latencyMs: 300 })
    fake.clearJournal()
    const read = () => fake.fetch(request('GET', '/crm/v8/Products?fields=id'))
    const first = read()
    await clock.advance(100)
    const second = read()
    await clock.advance(200)
    await first
    await clock.advance(100)
    await second
    assert.deepEqual(
      fake.journal.map(({ startedAtMs, endedAtMs, inFlight }) => [
        startedAtMs - NOW_MS,
        (endedAtMs ?? 0) - NOW_MS,
        inFlight,
      ]),
      [
        [300, 600, 1],
        [400, 700, 2],
      ],
    )
  })

  it('has no end of a call that is never answered until its caller goes', async () => {
    const { fake, request, clock } = await openSession()
    fake.faults.add({ operation: 'list:Products', kind: { type: 'timeoutAfter' } })
    const caller = new AbortController()
    const sent = request('GET', '/crm/v8/Products?fields=id', undefined, caller.signal)
    const rejected = assert.rejects(fake.fetch(sent), /gave up/)
    await clock.advance(5_000)
    assert.equal(fake.journal.at(-1)?.endedAtMs, null)
    caller.abort(new Error('gave up'))
    await rejected
    await turns()
    assert.equal(fake.journal.at(-1)?.endedAtMs, NOW_MS + 5_000)
  })

  it('drops its oldest entries beyond its limit', () => {
    const journal = makeJournal()
    const other = {
      method: 'GET',
      path: '/',
      operation: 'other',
      fault: null,
      startedAtMs: 0,
      inFlight: 1,
    } as const
    for (let status = 0; status < JOURNAL_ENTRIES_MAX + 3; status += 1) {
      journal.add({ ...other, status })
    }
    assert.equal(journal.entries.length, JOURNAL_ENTRIES_MAX)
    assert.equal(journal.entries[0]?.status, 3)
    assert.equal(journal.entries.at(-1)?.status, JOURNAL_ENTRIES_MAX + 2)
  })
})

describe('A reset', () => {
  it('returns the fake to its beginning', async () => {
    const { fake, call } = await openSession({ settings: { searchLagMs: 5 } })
    fake.settings.change({ searchLagMs: 7, creditsMax: 1, referenceFields: { Deals: 'absent' } })
    fake.faults.add({ operation: '*', times: Infinity, kind: { type: 'status' } })
    fake.records.remove('Contacts', SAMPLE_CONTACT_ID)
    fake.reset()
    assert.deepEqual(fake.journal, [])
    assert.equal(fake.settings.current.searchLagMs, 5)
    assert.equal(fake.settings.current.referenceFields.Deals, 'unique')
    assert.deepEqual(fake.records.bin('Contacts'), [])
    assert.ok(fake.records.find('Contacts', SAMPLE_CONTACT_ID) !== undefined)
    const { status, body } = await call('GET', `/crm/v8/Contacts/${SAMPLE_CONTACT_ID}`)
    assert.deepEqual([status, at(body, 'code')], [401, 'INVALID_TOKEN'])
  })

  it('drops a call that was to be applied later', async () => {
    const { fake, call, clock } = await openSession()
    fake.faults.add({ operation: 'create:Deals', kind: { type: 'lateApply', afterMs: 1_000 } })
    await assert.rejects(call('POST', '/crm/v8/Deals', { data: [DEAL] }), ConnectionReset)
    fake.reset()
    await clock.advance(1_000)
    assert.deepEqual(fake.records.live('Deals'), [])
  })
})
