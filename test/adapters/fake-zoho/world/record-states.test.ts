import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { RecordState } from '../../../../src/adapters/fake-zoho/world/record-states.ts'
import { at, create, DEAL, openSession, REFERENCE_FIELD, type Session } from '../support.ts'

const REFERENCE = 'a:deal'

async function openWith(state: RecordState): Promise<{ session: Session; id: string }> {
  const session = await openSession()
  const id = await create(session, 'Deals', { ...DEAL, [REFERENCE_FIELD]: REFERENCE })
  session.fake.states.set(id, state)
  return { session, id }
}

/** The statuses of the reads that could find the record: by id, as a list, by query. */
async function reads({ call, query }: Session, id: string): Promise<readonly number[]> {
  const answers = [
    await call('GET', `/crm/v8/Deals/${id}`),
    await call('GET', `/crm/v8/Deals?ids=${id}&fields=id`),
    await query(`select id from Deals where ${REFERENCE_FIELD} = '${REFERENCE}'`),
  ]
  return answers.map(({ status }) => status)
}

const remove = ({ call }: Session, id: string) => call('DELETE', `/crm/v8/Deals/${id}`)

describe('A hidden record', () => {
  it('is in no read, and still holds its unique value', async () => {
    const { session, id } = await openWith({ type: 'hidden' })
    assert.deepEqual(await reads(session, id), [204, 204, 204])
    const again = { data: [{ ...DEAL, [REFERENCE_FIELD]: REFERENCE }] }
    const { body } = await session.call('POST', '/crm/v8/Deals', again)
    assert.equal(at(body, 'data', 0, 'code'), 'DUPLICATE_DATA')
    assert.equal(at(body, 'data', 0, 'details', 'duplicate_record', 'id'), id)
  })

  it('is seen once its time is over', async () => {
    const { session, id } = await openWith({ type: 'hidden', forMs: 1_000 })
    await session.clock.advance(999)
    assert.deepEqual(await reads(session, id), [204, 204, 204])
    await session.clock.advance(1)
    assert.deepEqual(await reads(session, id), [200, 200, 200])
  })

  it('can be deleted only where its state allows it', async () => {
    const held = await openWith({ type: 'hidden' })
    assert.equal((await remove(held.session, held.id)).status, 403)
    const loose = await openWith({ type: 'hidden', isDeletable: true })
    assert.equal((await remove(loose.session, loose.id)).status, 200)
    assert.deepEqual(loose.session.fake.records.live('Deals'), [])
  })
})

describe('A record that waits for approval', () => {
  it('is in no read, cannot be deleted, and is like any other once a person approves it', async () => {
    const { session, id } = await openWith({ type: 'pending' })
    assert.deepEqual(await reads(session, id), [204, 204, 204])
    const refused = await remove(session, id)
    assert.deepEqual([refused.status, at(refused.body, 'data', 0, 'code')], [400, 'NOT_APPROVED'])
    session.fake.states.set(id, { type: 'plain' })
    assert.deepEqual(await reads(session, id), [200, 200, 200])
    assert.equal((await remove(session, id)).status, 200)
  })

  it('is what a create makes where the settings tell so', async () => {
    const newRecords = [{ module: 'Deals', state: { type: 'pending' } }] as const
    const session = await openSession({ settings: { newRecords } })
    const { status, body } = await session.call('POST', '/crm/v8/Deals', { data: [DEAL] })
    assert.equal(status, 201)
    assert.equal(at(body, 'data', 0, 'details', '$approval_state'), 'pending')
    const id = String(at(body, 'data', 0, 'details', 'id'))
    assert.equal((await session.call('GET', `/crm/v8/Deals/${id}`)).status, 204)
  })
})

describe('A locked record', () => {
  it('is in every read, and cannot be deleted', async () => {
    const { session, id } = await openWith({ type: 'locked' })
    assert.deepEqual(await reads(session, id), [200, 200, 200])
    const { status, body } = await remove(session, id)
    assert.deepEqual([status, at(body, 'data', 0, 'code')], [400, 'RECORD_LOCKED'])
  })
})
