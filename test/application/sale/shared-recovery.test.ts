import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { InstanceNumber } from '../../../src/application/instances/instances.port.ts'
import { makeSharedRecovery } from '../../../src/application/sale/shared-recovery.ts'
import type { SaleId } from '../../../src/domain/ids.ts'
import { ManualClock } from '../../support/fakes/manual-clock.ts'

const LEASE_MS = 3_000
const SELF = 1 as InstanceNumber
const [readable, damaged] = ['readable', 'damaged'] as unknown as readonly [SaleId, SaleId]

describe('An instance that looks for the sales it owns', () => {
  it('takes one up again whose run has ended meanwhile, and none that cannot be read', async () => {
    const clock = new ManualClock()
    const takenUp: (readonly SaleId[])[] = []
    const nothing = () => undefined
    const recovery = makeSharedRecovery({
      instances: {
        takeOver: async () => [],
        owned: async () => [readable, damaged].map((saleId) => ({ saleId, sequence: 1 })),
        retire: async () => undefined,
      },
      lease: {
        leaseMs: LEASE_MS,
        number: () => SELF,
        holds: () => true,
        join: async () => SELF,
        renew: async () => 'renewed',
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
    const stop = new AbortController()
    const running = recovery.run(stop.signal)
    for (let looks = 0; looks < 2; looks += 1) {
      await nextTurn()
      clock.advance(LEASE_MS)
    }
    stop.abort()
    await running
    assert.deepEqual(takenUp.slice(0, 2), [[readable, damaged], [readable]])
  })
})
