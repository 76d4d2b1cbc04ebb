import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { makeWaitingCaller } from '../../../../src/application/sale/run/waiting-caller.ts'
import type { SaleEvent } from '../../../../src/domain/sale/events.ts'
import { takeUp } from '../../../../src/domain/sale/evolve.ts'
import * as a from '../../../support/examples/sale-examples.ts'
import { ManualClock } from '../../../support/fakes/manual-clock.ts'

const FAILED = [a.priced, a.dealCreated, a.required()]
const COMPLETED = [a.priced, a.dealCreated, a.quoteCreated, a.salesOrderCreated, a.completed]

function setUp() {
  const clock = new ManualClock()
  const stateAfter = (...events: SaleEvent[]) =>
    takeUp(a.saleId, [a.requested, ...events], clock.instant())
  const seen: string[] = []
  const { caller, answered } = makeWaitingCaller({
    clock,
    sale: stateAfter(),
    onAnswered: () => seen.push('answered'),
  })
  answered.then(
    (answer) => seen.push(answer.type),
    (error: unknown) => seen.push(String(error)),
  )
  return { clock, stateAfter, seen, caller }
}

describe('The caller of a new sale', () => {
  it('waits while the sale goes forward, and is answered once it is completed', async () => {
    const { stateAfter, seen, caller } = setUp()
    caller.onState(stateAfter(a.priced, a.dealCreated))
    await turn()
    assert.deepEqual(seen, [])
    assert.ok(caller.isWaiting())
    caller.onState(stateAfter(...COMPLETED))
    await turn()
    assert.deepEqual(seen, ['answered', 'succeeded'])
    assert.ok(!caller.isWaiting())
  })

  it('is answered once a failed sale has left nothing that is known', async () => {
    const { stateAfter, seen, caller } = setUp()
    caller.onState(stateAfter(...FAILED))
    await turn()
    assert.deepEqual(seen, [])
    caller.onState(stateAfter(...FAILED, a.dealDeleted, a.rolledBack))
    await turn()
    assert.deepEqual(seen, ['answered', 'failed'])
  })

  it('waits three seconds for that, and no longer', async () => {
    const { clock, stateAfter, seen, caller } = setUp()
    caller.onState(stateAfter(...FAILED))
    clock.advance(2_999)
    await turn()
    assert.deepEqual(seen, [])
    clock.advance(1)
    await turn()
    assert.deepEqual(seen, ['answered', 'failed'])
  })

  it('gets no answer when the run ends before one is decided', async () => {
    const { seen, caller } = setUp()
    caller.onEnd(new Error('lost'))
    await turn()
    assert.deepEqual(seen, ['Error: lost'])
    assert.ok(!caller.isWaiting())
  })

  it('gets the failure that is on record, whatever ends the run after it', async () => {
    const { stateAfter, seen, caller } = setUp()
    caller.onState(stateAfter(...FAILED))
    caller.onEnd(new Error('lost'))
    await turn()
    assert.deepEqual(seen, ['answered', 'failed'])
  })

  it('is answered once', async () => {
    const { clock, stateAfter, seen, caller } = setUp()
    caller.onState(stateAfter(...FAILED))
    caller.onState(stateAfter(...FAILED, a.dealDeleted, a.rolledBack))
    clock.advance(3_000)
    caller.onEnd(new Error('at rest'))
    await turn()
    assert.deepEqual(seen, ['answered', 'failed'])
  })
})

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
