import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { FaultKind } from '../../../../src/adapters/fake-zoho/faults/fault-kinds.ts'
import type { OperationPattern } from '../../../../src/adapters/fake-zoho/faults/operation.ts'
import { ConnectionReset } from '../../../../src/adapters/fake-zoho/wire/connection-reset.ts'
import { at, create, DEAL, openSession, REFERENCE_FIELD, type Session, turns } from '../support.ts'

async function openFaulty(
  kind: FaultKind,
  operation: OperationPattern = 'create:Deals',
): Promise<Session> {
  const session = await openSession()
  session.fake.faults.add({ operation, kind })
  return session
}

const REFERRED = { ...DEAL, [REFERENCE_FIELD]: 'a:deal' }
const make = (session: Session) => session.call('POST', '/crm/v8/Deals', { data: [REFERRED] })
const made = ({ fake }: Session) => fake.records.live('Deals').length

describe('The fault cutBody', () => {
  it('applies the call, and ends the answer in its middle', async () => {
    const session = await openFaulty({ type: 'cutBody' })
    const sent = session.request('POST', '/crm/v8/Deals', { data: [REFERRED] })
    const response = await session.fake.fetch(sent)
    assert.equal(response.status, 201)
    await assert.rejects(response.text(), ConnectionReset)
    assert.equal(made(session), 1)
  })

  it('is a reset where there is no body to cut', async () => {
    const session = await openFaulty({ type: 'cutBody' }, 'get:*')
    await assert.rejects(session.call('GET', '/crm/v8/Deals/1'), ConnectionReset)
  })
})

describe('The fault hugeBody', () => {
  it('pads the answer to 10 MiB of valid JSON', async () => {
    const session = await openFaulty({ type: 'hugeBody' })
    const sent = session.request('POST', '/crm/v8/Deals', { data: [REFERRED] })
    const text = await (await session.fake.fetch(sent)).text()
    assert.equal(text.length, 10 * 1024 * 1024)
    assert.equal(at(JSON.parse(text), 'data', 0, 'status'), 'success')
    assert.equal(made(session), 1)
  })

  it('makes a body where there was none', async () => {
    const session = await openFaulty({ type: 'hugeBody', bytes: 50 }, 'get:Deals')
    assert.deepEqual(await session.call('GET', '/crm/v8/Deals/1'), { status: 200, body: {} })
  })
})

describe('The fault wrongIdType', () => {
  it('answers a number for each id, with all its digits', async () => {
    const session = await openFaulty({ type: 'wrongIdType' })
    const sent = session.request('POST', '/crm/v8/Deals', { data: [REFERRED] })
    const text = await (await session.fake.fetch(sent)).text()
    const id = session.fake.records.live('Deals')[0]?.id
    assert.ok(text.includes(`"id":${id},`), text)
  })
})

describe('The fault emptyData', () => {
  it('applies the call, and answers no result', async () => {
    const session = await openFaulty({ type: 'emptyData' })
    assert.deepEqual(await make(session), { status: 201, body: { data: [] } })
    assert.equal(made(session), 1)
  })
})

describe('The fault multipleErrors', () => {
  it('wraps a duplicate in MULTIPLE_OR_MULTI_ERRORS', async () => {
    const session = await openSession()
    const id = await create(session, 'Deals', REFERRED)
    session.fake.faults.add({ operation: 'create:Deals', kind: { type: 'multipleErrors' } })
    const { status, body } = await make(session)
    assert.equal(status, 400)
    assert.equal(at(body, 'data', 0, 'code'), 'MULTIPLE_OR_MULTI_ERRORS')
    const inner = at(body, 'data', 0, 'details', 'errors', 0)
    assert.equal(at(inner, 'code'), 'DUPLICATE_DATA')
    assert.equal(at(inner, 'details', 'duplicate_record', 'id'), id)
  })

  it('leaves a success as it is', async () => {
    assert.equal((await make(await openFaulty({ type: 'multipleErrors' }))).status, 201)
  })
})

describe('The fault mixed207', () => {
  it('applies the call, and adds a refusal after its result', async () => {
    const session = await openFaulty({ type: 'mixed207' })
    const { status, body } = await make(session)
    assert.equal(status, 207)
    assert.equal(at(body, 'data', 0, 'status'), 'success')
    assert.equal(at(body, 'data', 1, 'status'), 'error')
    assert.equal(made(session), 1)
  })
})

describe('The fault notDeleted', () => {
  it('answers "record not deleted" for a live record, which stays', async () => {
    const session = await openFaulty({ type: 'notDeleted' }, 'delete:Deals')
    const id = await create(session, 'Deals', DEAL)
    const { status, body } = await session.call('DELETE', `/crm/v8/Deals/${id}`)
    assert.equal(status, 400)
    assert.equal(at(body, 'message'), 'record not deleted')
    assert.equal(made(session), 1)
  })
})

describe('The fault html502', () => {
  for (const [applied, count] of [
    [false, 0],
    [true, 1],
  ] as const) {
    it(`answers a page, and makes ${count} records with applied ${applied}`, async () => {
      const session = await openFaulty({ type: 'html502', applied })
      const sent = session.request('POST', '/crm/v8/Deals', { data: [REFERRED] })
      const response = await session.fake.fetch(sent)
      assert.equal(response.status, 502)
      assert.equal(response.headers.get('content-type'), 'text/html')
      assert.match(await response.text(), /^<html>/)
      assert.equal(made(session), count)
    })
  }
})

describe('The fault slow', () => {
  it('applies the call at once, and answers later', async () => {
    const session = await openFaulty({ type: 'slow', ms: 5_000 })
    const answered = make(session)
    await session.clock.advance(4_999)
    assert.equal(made(session), 1)
    assert.equal(session.fake.journal.at(-1)?.endedAtMs, null)
    await session.clock.advance(1)
    assert.equal((await answered).status, 201)
  })
})

describe('The fault lateApply', () => {
  it('can leave its caller without an answer', async () => {
    const session = await openFaulty({ type: 'lateApply', afterMs: 100, leaving: 'nothing' })
    const caller = new AbortController()
    const sent = session.request('POST', '/crm/v8/Deals', { data: [DEAL] }, caller.signal)
    const rejected = assert.rejects(session.fake.fetch(sent), /gave up/)
    await turns()
    caller.abort(new Error('gave up'))
    await rejected
    assert.equal(made(session), 0)
    await session.clock.advance(100)
    assert.equal(made(session), 1)
  })
})

describe('The fault refuse', () => {
  const cases: readonly (readonly [Extract<FaultKind, { type: 'refuse' }>, number, string])[] = [
    [{ type: 'refuse', code: 'RECORD_LOCKED' }, 400, 'record is locked'],
    [{ type: 'refuse', code: 'NOT_APPROVED' }, 400, 'record is not approved'],
    [{ type: 'refuse', code: 'NO_PERMISSION' }, 403, 'permission denied'],
    [{ type: 'refuse', code: 'OAUTH_SCOPE_MISMATCH' }, 401, 'Unauthorized'],
    [{ type: 'refuse', status: 200 }, 200, 'invalid data'],
    [{ type: 'refuse', code: 'CANNOT_PROCESS', message: 'no' }, 400, 'no'],
  ]
  for (const [kind, status, message] of cases) {
    it(`answers ${status} "${message}" for ${JSON.stringify(kind)}`, async () => {
      const session = await openFaulty(kind, 'delete:*')
      const id = await create(session, 'Deals', DEAL)
      const answer = await session.call('DELETE', `/crm/v8/Deals/${id}`)
      assert.equal(answer.status, status)
      assert.equal(at(answer.body, 'data', 0, 'code'), kind.code ?? 'INVALID_DATA')
      assert.equal(at(answer.body, 'data', 0, 'message'), message)
      assert.equal(made(session), 1)
    })
  }

  it('is flat or wrapped as its shape sets', async () => {
    const session = await openFaulty({ type: 'refuse', shape: 'flat' })
    assert.equal(at((await make(session)).body, 'code'), 'INVALID_DATA')
    session.fake.faults.add({ operation: 'get:*', kind: { type: 'refuse', shape: 'data' } })
    const read = await session.call('GET', '/crm/v8/Deals/1')
    assert.equal(at(read.body, 'data', 0, 'code'), 'INVALID_DATA')
  })
})

describe('The fault odd', () => {
  for (const [applied, count] of [
    [false, 0],
    [true, 1],
  ] as const) {
    it(`answers what no document has, and makes ${count} records with applied ${applied}`, async () => {
      const body = '{"code":"SOMETHING_NEW"}'
      const session = await openFaulty({ type: 'odd', applied, status: 423, body })
      assert.deepEqual(await make(session), { status: 423, body: { code: 'SOMETHING_NEW' } })
      assert.equal(made(session), count)
    })
  }
})

describe('The fault extraMembers', () => {
  it('adds members to each object of a true answer', async () => {
    const session = await openFaulty({ type: 'extraMembers' })
    const { status, body } = await make(session)
    assert.equal(status, 201)
    for (const object of [body, at(body, 'data', 0), at(body, 'data', 0, 'details')]) {
      assert.equal(at(object, 'next'), 'later')
    }
    assert.equal(at(body, 'data', 0, 'status'), 'success')
    assert.match(String(at(body, 'data', 0, 'details', 'id')), /^\d+$/)
  })

  it('leaves an answer without a body as it is', async () => {
    const session = await openFaulty({ type: 'extraMembers' }, 'get:Deals')
    assert.equal((await session.call('GET', '/crm/v8/Deals/1')).status, 204)
  })
})
