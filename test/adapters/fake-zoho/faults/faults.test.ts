import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { FaultKind } from '../../../../src/adapters/fake-zoho/faults/fault-kinds.ts'
import { makeFaults } from '../../../../src/adapters/fake-zoho/faults/faults.ts'
import { ConnectionReset } from '../../../../src/adapters/fake-zoho/wire/connection-reset.ts'
import { at, create, DEAL, openSession, REFERENCE_FIELD, type Session, turns } from '../support.ts'

const RESET: FaultKind = { type: 'resetBefore' }

async function openFaulty(kind: FaultKind): Promise<Session> {
  const session = await openSession()
  session.fake.faults.add({ operation: 'create:Deals', kind })
  return session
}

const deal = (session: Session) => session.call('POST', '/crm/v8/Deals', { data: [DEAL] })
const dealsMade = (session: Session) => session.fake.records.live('Deals').length

describe('A fault rule', () => {
  /** The numbers of the next calls that meet a fault. */
  const met = (rule: { readonly nth?: number; readonly times?: number }, calls: number) => {
    const faults = makeFaults()
    faults.add({ operation: 'token', kind: RESET, ...rule })
    return Array.from({ length: calls }, () => faults.take('token') !== undefined)
  }

  it('meets the next call once by default', () => {
    assert.deepEqual(met({}, 3), [true, false, false])
  })

  it('meets the nth call, so many times', () => {
    assert.deepEqual(met({ nth: 2, times: 2 }, 5), [false, true, true, false, false])
  })

  it('meets every call from then on with Infinity', () => {
    assert.deepEqual(met({ nth: 2, times: Infinity }, 4), [false, true, true, true])
  })

  it('leaves the calls of other operations alone and uncounted', () => {
    const faults = makeFaults()
    faults.add({ operation: 'create:Deals', kind: RESET })
    assert.equal(faults.take('create:Quotes'), undefined)
    assert.equal(faults.take('create:Deals'), RESET)
  })

  it('waits for its turn behind the rules added before it', () => {
    const faults = makeFaults()
    const kinds: readonly FaultKind[] = [{ type: 'timeoutAfter' }, { type: 'timeoutBefore' }]
    for (const kind of kinds) faults.add({ operation: 'token', kind })
    assert.deepEqual(
      [1, 2, 3].map(() => faults.take('token')),
      [...kinds, undefined],
    )
  })

  it('is gone once cleared', () => {
    const faults = makeFaults()
    faults.add({ operation: 'token', kind: RESET, times: Infinity })
    faults.clear()
    assert.equal(faults.take('token'), undefined)
  })

  it('is refused beyond a thousand', () => {
    const faults = makeFaults()
    for (let rule = 0; rule < 1_000; rule += 1) faults.add({ operation: 'token', kind: RESET })
    assert.throws(() => faults.add({ operation: 'token', kind: RESET }), RangeError)
  })
})

describe('The fault refuse', () => {
  it('answers 400 INVALID_DATA for the record, which is not made', async () => {
    const session = await openFaulty({ type: 'refuse' })
    assert.deepEqual(await deal(session), {
      status: 400,
      body: {
        data: [{ code: 'INVALID_DATA', details: {}, message: 'invalid data', status: 'error' }],
      },
    })
    assert.equal(dealsMade(session), 0)
    assert.equal((await deal(session)).status, 201)
  })

  it('answers the status, code and message that it is given, in the shape of the call', async () => {
    const { fake, call, query } = await openSession()
    const kind = { type: 'refuse', status: 403, code: 'NO_PERMISSION', message: 'no' } as const
    const item = { code: 'NO_PERMISSION', details: {}, message: 'no', status: 'error' }
    fake.faults.add({ operation: 'delete:Deals', kind })
    fake.faults.add({ operation: 'coql:Deals', kind })
    fake.faults.add({ operation: 'token', kind: { type: 'refuse' } })
    assert.deepEqual(await call('DELETE', '/crm/v8/Deals/1'), {
      status: 403,
      body: { data: [item] },
    })
    const found = await query("select id from Deals where id = '1'")
    assert.deepEqual(found, { status: 403, body: item })
    assert.deepEqual(await call('POST', '/oauth/v2/token'), {
      status: 200,
      body: { error: 'invalid_code' },
    })
  })
})

describe('The faults status and statusAfter', () => {
  const codes: readonly (readonly [number | undefined, string])[] = [
    [undefined, 'INTERNAL_ERROR'],
    [401, 'INVALID_TOKEN'],
    [403, 'NO_PERMISSION'],
    [429, 'TOO_MANY_REQUESTS'],
    [503, 'SERVICE_UNAVAILABLE'],
  ]
  for (const [status, code] of codes) {
    it(`answer ${status ?? '500, by default,'} with ${code}`, async () => {
      const answer = await deal(await openFaulty({ type: 'status', status }))
      assert.equal(answer.status, status ?? 500)
      assert.equal(at(answer.body, 'code'), code)
    })
  }

  it('answer the body and content type they are given', async () => {
    const html = { status: 502, body: '<h1>Bad Gateway</h1>', contentType: 'text/html' } as const
    const session = await openFaulty({ type: 'status', ...html })
    const response = await session.fake.fetch(session.request('POST', '/crm/v8/Deals', {}))
    assert.equal(response.status, 502)
    assert.equal(response.headers.get('content-type'), 'text/html')
    assert.equal(await response.text(), html.body)
  })

  it('can answer a status that takes no body', async () => {
    const answer = await deal(await openFaulty({ type: 'statusAfter', status: 204 }))
    assert.deepEqual(answer, { status: 204, body: undefined })
  })

  it('differ in whether the call is applied', async () => {
    for (const [type, made] of [
      ['status', 0],
      ['statusAfter', 1],
    ] as const) {
      const session = await openFaulty({ type })
      assert.equal((await deal(session)).status, 500)
      assert.equal(dealsMade(session), made)
    }
  })
})

describe('The faults timeoutBefore and timeoutAfter', () => {
  for (const [type, made] of [
    ['timeoutBefore', 0],
    ['timeoutAfter', 1],
  ] as const) {
    it(`${type} never answers, makes ${made} records, and ends with the signal's reason`, async () => {
      const session = await openFaulty({ type })
      const caller = new AbortController()
      const request = session.request('POST', '/crm/v8/Deals', { data: [DEAL] }, caller.signal)
      let isPending = true
      const answered = session.fake.fetch(request).finally(() => {
        isPending = false
      })
      const rejected = assert.rejects(answered, /gave up/)
      await turns()
      assert.equal(isPending, true)
      assert.equal(dealsMade(session), made)
      caller.abort(new Error('gave up'))
      await rejected
      assert.equal(dealsMade(session), made)
    })
  }
})

describe('The faults resetBefore and resetAfter', () => {
  for (const [type, made] of [
    ['resetBefore', 0],
    ['resetAfter', 1],
  ] as const) {
    it(`${type} rejects as fetch does, and makes ${made} records`, async () => {
      const session = await openFaulty({ type })
      await assert.rejects(deal(session), (error) => {
        assert.ok(error instanceof ConnectionReset)
        assert.ok(error instanceof TypeError)
        assert.equal(error.message, 'fetch failed')
        assert.ok(error.cause instanceof Error && 'code' in error.cause)
        assert.equal(error.cause.code, 'ECONNRESET')
        return true
      })
      assert.equal(dealsMade(session), made)
    })
  }
})

describe('The fault connectRefused', () => {
  it('rejects as fetch does where nothing listens, and makes no record', async () => {
    const session = await openFaulty({ type: 'connectRefused' })
    await assert.rejects(deal(session), (error) => {
      assert.ok(error instanceof TypeError && error.cause instanceof Error && 'code' in error.cause)
      return error.cause.code === 'ECONNREFUSED'
    })
    assert.equal(dealsMade(session), 0)
  })
})

describe('The fault lateApply', () => {
  const late: FaultKind = { type: 'lateApply', afterMs: 5_000 }

  it('rejects at once, and makes the record at its time', async () => {
    const session = await openFaulty(late)
    await assert.rejects(deal(session), ConnectionReset)
    await session.clock.advance(4_999)
    assert.equal(dealsMade(session), 0)
    await session.clock.advance(1)
    assert.equal(dealsMade(session), 1)
    const [made] = session.fake.records.live('Deals')
    assert.equal(at(made, 'Created_Time'), '2026-03-01T10:00:05+00:00')
  })

  it('makes none when another has taken its reference by then', async () => {
    const session = await openFaulty(late)
    const data = [{ ...DEAL, [REFERENCE_FIELD]: 'a:deal' }]
    await assert.rejects(session.call('POST', '/crm/v8/Deals', { data }), ConnectionReset)
    const winner = await create(session, 'Deals', data[0] ?? null)
    await session.clock.advance(5_000)
    assert.deepEqual(
      session.fake.records.live('Deals').map(({ id }) => id),
      [winner],
    )
  })

  it('makes it when the other was deleted before', async () => {
    const session = await openFaulty(late)
    const data = [{ ...DEAL, [REFERENCE_FIELD]: 'a:deal' }]
    await assert.rejects(session.call('POST', '/crm/v8/Deals', { data }), ConnectionReset)
    const first = await create(session, 'Deals', data[0] ?? null)
    await session.call('DELETE', `/crm/v8/Deals/${first}`)
    await session.clock.advance(5_000)
    assert.equal(dealsMade(session), 1)
  })

  it('checks the token when the call arrives, not when it is applied', async () => {
    const session = await openFaulty(late)
    await assert.rejects(deal(session), ConnectionReset)
    session.fake.expireTokens()
    await session.clock.advance(5_000)
    assert.equal(dealsMade(session), 1)
  })

  it('runs the hook after when it is applied', async () => {
    const session = await openFaulty(late)
    const told: string[] = []
    session.fake.hooks.after = (operation) => void told.push(operation)
    await assert.rejects(deal(session), ConnectionReset)
    assert.deepEqual(told, [])
    await session.clock.advance(5_000)
    assert.deepEqual(told, ['create:Deals'])
  })
})
