import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ConnectionReset } from '../../../src/adapters/fake-zoho/connection-reset.ts'
import { JOURNAL_ENTRIES_MAX, makeJournal } from '../../../src/adapters/fake-zoho/journal.ts'
import { DEAL, openSession, turns } from './support.ts'

describe('The hooks', () => {
  it('are told each call before it is applied and before its answer leaves', async () => {
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

  it('can add a fault for the very call they are told of', async () => {
    const { fake, call } = await openSession()
    fake.hooks.before = (operation) => {
      fake.faults.add({ operation, kind: { type: 'status', status: 429 } })
    }
    assert.equal((await call('POST', '/crm/v8/Deals', { data: [DEAL] })).status, 429)
  })

  it('are not told after a call that was not applied', async () => {
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

  it('does not keep from being applied what its caller gave up', async () => {
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

  it('is not spent on a call given up before it was sent', async () => {
    const { fake, request, clock } = await openSession({ latencyMs: 300 })
    const signal = AbortSignal.abort(new Error('gave up'))
    await assert.rejects(fake.fetch(request('POST', '/crm/v8/Deals', {}, signal)), /gave up/)
    await clock.advance(300)
    assert.equal(fake.journal.length, 1)
  })
})

describe('The journal', () => {
  it('has each call with its path, its operation, and what came of it', async () => {
    const { fake, call } = await openSession()
    fake.faults.add({ operation: 'create:Deals', kind: { type: 'resetAfter' } })
    fake.faults.add({ operation: 'create:Deals', kind: { type: 'statusAfter', status: 502 } })
    await assert.rejects(call('POST', '/crm/v8/Deals', { data: [DEAL] }), ConnectionReset)
    await call('POST', '/crm/v8/Deals', { data: [DEAL] })
    await call('GET', '/crm/v8/Products?ids=1&fields=id')
    const deals = { method: 'POST', path: '/crm/v8/Deals', operation: 'create:Deals' }
    assert.deepEqual(fake.journal, [
      { method: 'POST', path: '/oauth/v2/token', operation: 'token', status: 200, fault: null },
      { ...deals, status: null, fault: 'resetAfter' },
      { ...deals, status: 502, fault: 'statusAfter' },
      {
        method: 'GET',
        path: '/crm/v8/Products',
        operation: 'list:Products',
        status: 204,
        fault: null,
      },
    ])
  })

  it('drops its oldest entries beyond its limit', () => {
    const journal = makeJournal()
    for (let status = 0; status < JOURNAL_ENTRIES_MAX + 3; status += 1) {
      journal.add({ method: 'GET', path: '/', operation: 'other', status, fault: null })
    }
    assert.equal(journal.entries.length, JOURNAL_ENTRIES_MAX)
    assert.equal(journal.entries[0]?.status, 3)
    assert.equal(journal.entries.at(-1)?.status, JOURNAL_ENTRIES_MAX + 2)
  })
})
