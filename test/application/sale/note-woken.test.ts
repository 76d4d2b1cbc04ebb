import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { AppError, type AppErrorCode, errorCode } from '../../../src/application/base/errors.ts'
import { makeNoteWoken } from '../../../src/application/sale/note-woken.ts'
import type { Append } from '../../../src/application/sale/run/sale-store.port.ts'
import type { SaleEvent } from '../../../src/domain/sale/events.ts'
import * as a from '../../support/examples/sale-examples.ts'
import { ManualClock } from '../../support/fakes/manual-clock.ts'

const withDeal = [a.requested, a.priced, a.dealCreated]
const rolledBack = [...withDeal, a.required('quote'), a.dealDeleted, a.rolledBack]

/** @param failures what the appends before the first good one end with; the owner adds an event at each conflict */
function setUp(past: readonly SaleEvent[], failures: readonly AppErrorCode[] = []) {
  const clock = new ManualClock()
  const log = [...past]
  const appended: Append[] = []
  const failed = [...failures]
  const store = {
    load: () => Promise.resolve([...log]),
    append: (append: Append) => {
      const code = failed.shift()
      if (code === 'conflict') log.push(a.interrupted)
      if (code !== undefined) return Promise.reject(new AppError(code, 'not appended'))
      appended.push(append)
      return Promise.resolve()
    },
  }
  const warnings: string[] = []
  const nothing = () => undefined
  const warn = (_: object, message: string) => warnings.push(message)
  const logger = { info: nothing, warn, error: nothing }
  const random = { fraction: () => 0 } as never
  const noteWoken = makeNoteWoken({ store, clock, random, logger, policy: a.policy })
  return { noteWoken, clock, appended, warnings }
}

describe('The wake of a former owner', () => {
  it('is appended behind the last event, and opens a sale that is at rest', async () => {
    const t = setUp(rolledBack)
    await t.noteWoken(a.saleId, 'quote')
    const [append] = t.appended
    assert.deepEqual(
      append?.events.map(({ type, data }) => [type, data]),
      [['OwnerWoke', { step: 'quote' }]],
    )
    assert.equal(append?.after, rolledBack.length)
    assert.deepEqual(append?.mails, [])
    assert.partialDeepStrictEqual(append?.summary, { status: 'rolling_back', atRest: false })
  })

  it('is decided anew behind each event of the owner that came first', async () => {
    const t = setUp(withDeal, ['conflict', 'conflict'])
    await t.noteWoken(a.saleId, 'quote')
    assert.deepEqual(
      t.appended.map(({ after }) => after),
      [withDeal.length + 2],
    )
  })

  it('gives up when the owner was first again and again', async () => {
    const t = setUp(
      withDeal,
      Array.from({ length: 60 }, () => 'conflict' as const),
    )
    await assert.rejects(
      () => t.noteWoken(a.saleId, 'quote'),
      (error) => errorCode(error) === 'conflict',
    )
    assert.deepEqual(t.appended, [])
  })

  it('waits for a database that is unavailable', async () => {
    const t = setUp(withDeal, ['unavailable', 'conflict'])
    const noted = t.noteWoken(a.saleId, 'quote')
    while (t.warnings.length === 0) await Promise.resolve()
    assert.deepEqual(t.appended, [])
    t.clock.advance(1_000)
    await noted
    assert.equal(t.appended.length, 1)
    assert.deepEqual(t.warnings, ['wake of a former owner not stored yet'])
  })

  it('is not appended where nobody knows what is on disk', async () => {
    const t = setUp(withDeal, ['lost'])
    await assert.rejects(
      () => t.noteWoken(a.saleId, 'quote'),
      (error) => errorCode(error) === 'lost',
    )
    assert.deepEqual(t.appended, [])
  })

  it('says nothing of a create that nobody can have sent', async () => {
    for (const past of [[], [a.requested], withDeal]) {
      const t = setUp(past)
      await t.noteWoken(a.saleId, 'salesOrder')
      assert.deepEqual(t.appended, [])
    }
  })
})
