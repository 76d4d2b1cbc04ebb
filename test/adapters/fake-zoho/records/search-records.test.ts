import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { SAMPLE_CONTACT_ID } from '../../../../src/adapters/fake-zoho/world/sample-data.ts'
import { at, openSession, type Session } from '../support.ts'

const search = ({ call }: Session, email: string, more = '') =>
  call('GET', `/crm/v8/Contacts/search?email=${email}${more}`)

const idsIn = (body: Awaited<ReturnType<typeof search>>['body']) => {
  const rows = at(body, 'data')
  assert.ok(Array.isArray(rows))
  return rows.map((row) => at(row, 'id'))
}

describe('A search by address', () => {
  it('finds a contact with all its fields', async () => {
    const { status, body } = await search(await openSession(), 'info@poligonmuhendislik.com')
    assert.equal(status, 200)
    assert.deepEqual(idsIn(body), [SAMPLE_CONTACT_ID])
    assert.equal(at(body, 'data', 0, 'Full_Name'), 'Poligon Mühendislik')
    assert.deepEqual(at(body, 'info'), { per_page: 200, count: 1, page: 1, more_records: false })
  })

  it('finds a record by a part of the text of the field in its criteria', async () => {
    const session = await openSession()
    session.fake.records.add('Deals', { id: '7001', Deal_Name: 'abc' })
    session.fake.records.add('Deals', { id: '7002', Deal_Name: 'b', Description: 'abc' })
    const path = '/crm/v8/Deals/search?fields=id&criteria=(Deal_Name:equals:AB)'
    assert.deepEqual(idsIn((await session.call('GET', path)).body), ['7001'])
  })

  it('answers 204 when it finds nothing', async () => {
    assert.deepEqual(await search(await openSession(), 'no@example.com'), {
      status: 204,
      body: undefined,
    })
  })

  it('looks at part of every address, letter case aside, the newest first', async () => {
    const session = await openSession()
    session.fake.records.add('Contacts', { id: '7001', Email: 'Ann@Example.org' })
    session.fake.records.add('Contacts', { id: '7002', Secondary_Email: 'joann@example.org' })
    session.fake.records.add('Contacts', { id: '7003', Full_Name: 'ann@example.org' })
    assert.deepEqual(idsIn((await search(session, 'ANN@example')).body), ['7002', '7001'])
  })

  it('answers the fields that are asked for, a page at a time', async () => {
    const session = await openSession()
    for (const id of ['7001', '7002', '7003']) {
      session.fake.records.add('Contacts', { id, Email: 'a@example.org' })
    }
    const { body } = await search(session, 'a@example.org', '&fields=Email&per_page=2&page=2')
    assert.deepEqual(at(body, 'data'), [{ Email: 'a@example.org', id: '7001' }])
    assert.deepEqual(at(body, 'info'), { per_page: 2, count: 1, page: 2, more_records: false })
  })

  it('accepts a raw @ and an ampersand at the end', async () => {
    const session = await openSession()
    assert.equal((await search(session, 'solo@example.com', '&')).status, 200)
  })

  it('is refused without an address', async () => {
    const { call } = await openSession()
    const { status, body } = await call('GET', '/crm/v8/Contacts/search?criteria=x')
    assert.equal(status, 400)
    assert.equal(at(body, 'code'), 'EXPECTED_PARAM_MISSING')
    assert.deepEqual(at(body, 'details', 'param_names'), ['criteria', 'email', 'phone', 'word'])
  })
})

describe('The search index', () => {
  it('has a record only after its lag, while other reads see it at once', async () => {
    const session = await openSession({ settings: { searchLagMs: 60_000 } })
    const { fake, clock } = session
    fake.records.add('Contacts', { id: '7001', Email: 'new@example.org' }, clock.now())
    const isSeen = async () => (await search(session, 'new@example.org')).status === 200
    assert.equal(await isSeen(), false)
    assert.equal((await session.call('GET', '/crm/v8/Contacts/7001')).status, 200)
    const rows = await session.query("select id from Contacts where Email = 'new@example.org'")
    assert.equal(rows.status, 200)
    await clock.advance(59_999)
    assert.equal(await isSeen(), false)
    await clock.advance(1)
    assert.equal(await isSeen(), true)
  })

  it('has seen the sample data', async () => {
    const session = await openSession({ settings: { searchLagMs: 60_000 } })
    assert.equal((await search(session, 'solo@example.com')).status, 200)
  })
})
