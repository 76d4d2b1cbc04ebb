import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { InstanceNumber, Renewal } from '../../../src/application/instances/instances.port.ts'
import { makeSharedRecovery } from '../../../src/application/sale/shared-recovery.ts'
import type { SaleId } from '../../../src/domain/ids.ts'
import { ManualClock } from '../../support/fakes/manual-clock.ts'

const LEASE_MS = 3_000
const numberOf = (number: number) => number as InstanceNumber
const [readable, damaged] = ['readable', 'damaged'] as unknown as readonly [SaleId, SaleId]

/** An instance that owns two sales, and what it did; its lease is renewed as `renewal` says. */
function setUp() {
  const clock = new ManualClock()
  const takenUp: (readonly SaleId[])[] = []
  const retired: InstanceNumber[] = []
  const state: { renewal: Renewal; self: InstanceNumber } = {
    renewal: 'renewed',
    self: numberOf(1),
  }
  const nothing = () => undefined
  const recovery = makeSharedRecovery({
    instances: {
      takeOver: async () => [],
      owned: async () => [readable, damaged].map((saleId) => ({ saleId, sequence: 1 })),
      retire: async (instance) => void retired.push(instance),
    },
    lease: {
      leaseMs: LEASE_MS,
      number: () => state.self,
      holds: () => true,
      async join() {
        if (state.renewal === 'dead') state.self = numberOf(state.self + 1)
        state.renewal = 'renewed'
        return state.self
      },
      renew: async () => state.renewal,
      leave: async () => undefined,
    },
    // As after a conflict with the event of a former owner: the run is over before the next look.
    sales: { isDriven: () => false, endOutgrown: nothing, abandon: async () => undefined },
    recoverSales: {
      async takeUp(saleIds) {
        takenUp.push(saleIds)
        return { takenUp: 1, unreadable: [damaged] }
      },
    },
    copied: { held: async () => [], isCopy: async () => false },
    clock,
    logger: { info: nothing, warn: nothing, error: nothing },
    onLost: (error) => assert.fail(String(error)),
  })
  const pass = async () => {
    await nextTurn()
    clock.advance(LEASE_MS)
    await nextTurn()
  }
  return { recovery, state, takenUp, retired, pass }
}

describe('An instance that looks for the sales it owns', () => {
  it('takes one up again whose run has ended meanwhile, and none that cannot be read', async () => {
    const { recovery, takenUp, pass } = setUp()
    const stop = new AbortController()
    const running = recovery.run(stop.signal)
    for (let looks = 0; looks < 2; looks += 1) await pass()
    stop.abort()
    await running
    assert.deepEqual(takenUp.slice(0, 2), [[readable, damaged], [readable]])
  })

  it('has no share when it stops, nor when it is taken for dead after that', async () => {
    const { recovery, state, retired, pass } = setUp()
    await recovery.begin()
    const stop = new AbortController()
    const running = recovery.run(stop.signal)
    state.renewal = 'dead'
    await pass()
    assert.deepEqual(retired, [])
    stop.abort()
    await running
    assert.deepEqual(retired, [numberOf(2)])
    state.renewal = 'dead'
    await pass()
    assert.deepEqual(retired, [numberOf(2), numberOf(3)])
    await recovery.end()
  })
})
