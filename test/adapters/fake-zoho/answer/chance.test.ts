import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { makeChance } from '../../../../src/adapters/fake-zoho/answer/chance.ts'
import type { FaultKind } from '../../../../src/adapters/fake-zoho/faults/fault-kinds.ts'
import { type Latency, makeSettings } from '../../../../src/adapters/fake-zoho/world/settings.ts'
import { openSession } from '../support.ts'

const DRAWS = 10_000

function latencies(latency: Latency, seed = 1): readonly number[] {
  const chance = makeChance(makeSettings({ latency, seed }))
  return Array.from({ length: DRAWS }, () => chance.latencyMs())
}

const mean = (numbers: readonly number[]) => numbers.reduce((sum, one) => sum + one, 0) / DRAWS

describe('The latency', () => {
  it('is always the same when it is fixed', () => {
    assert.deepEqual(new Set(latencies({ type: 'fixed', ms: 7 })), new Set([7]))
  })

  it('is anywhere between its bounds when it is uniform', () => {
    const drawn = latencies({ type: 'uniform', minMs: 100, maxMs: 300 })
    assert.ok(Math.min(...drawn) >= 100 && Math.max(...drawn) < 300)
    assert.ok(Math.abs(mean(drawn) - 200) < 5)
    assert.ok(Math.min(...drawn) < 105 && Math.max(...drawn) > 295)
  })

  it('is long for its share of the calls when it has a tail', () => {
    const drawn = latencies({ type: 'tail', ms: 100, tailMs: 5_000, probability: 0.02 })
    assert.deepEqual(new Set(drawn), new Set([100, 5_000]))
    const share = drawn.filter((ms) => ms === 5_000).length / DRAWS
    assert.ok(Math.abs(share - 0.02) < 0.005, `${share}`)
  })

  it('is the same sequence for the same seed, and another for another seed', () => {
    const uniform: Latency = { type: 'uniform', minMs: 0, maxMs: 1_000 }
    assert.deepEqual(latencies(uniform), latencies(uniform))
    assert.notDeepEqual(latencies(uniform), latencies(uniform, 2))
  })

  it('passes before a call is answered', async () => {
    const latency = { type: 'fixed', ms: 0 } as const
    const { fake, call, clock } = await openSession({ settings: { latency } })
    fake.settings.change({ latency: { type: 'fixed', ms: 250 } })
    let isAnswered = false
    const answered = call('GET', '/crm/v8/org').finally(() => {
      isAnswered = true
    })
    await clock.advance(249)
    assert.equal(isAnswered, false)
    await clock.advance(1)
    assert.equal((await answered).status, 200)
  })
})

describe('A chance fault', () => {
  const kinds: readonly [FaultKind, FaultKind] = [{ type: 'resetAfter' }, { type: 'status' }]
  const chanceFaults = [
    { operation: 'create:*', kind: kinds[0], probability: 0.1 },
    { operation: '*', kind: kinds[1], probability: 0.05 },
  ] as const

  const drawn = (operation: 'create:Deals' | 'token') => {
    const chance = makeChance(makeSettings({ chanceFaults, seed: 42 }))
    return Array.from({ length: DRAWS }, () => chance.fault(operation))
  }

  it('meets its share of the calls that it fits', () => {
    const faults = drawn('create:Deals')
    for (const [kind, wanted] of [
      [kinds[0], 0.1],
      [kinds[1], 0.05],
    ] as const) {
      const share = faults.filter((one) => one === kind).length / DRAWS
      assert.ok(Math.abs(share - wanted) < 0.01, `${kind.type}: ${share}`)
    }
    assert.ok(!drawn('token').includes(kinds[0]))
  })

  it('meets the same calls again with the same seed', () => {
    assert.deepEqual(drawn('create:Deals'), drawn('create:Deals'))
  })

  it('meets the calls again in the same order after a restart', () => {
    const chance = makeChance(makeSettings({ chanceFaults }))
    const draw = () => Array.from({ length: 50 }, () => chance.fault('token'))
    const first = draw()
    chance.restart()
    assert.deepEqual(draw(), first)
  })

  it('does not meet a call that a rule meets', async () => {
    const certain = [{ operation: '*', kind: { type: 'status' }, probability: 1 }] as const
    const { fake, call } = await openSession()
    fake.settings.change({ chanceFaults: certain })
    fake.faults.add({ operation: 'org', kind: { type: 'status', status: 503 } })
    assert.equal((await call('GET', '/crm/v8/org')).status, 503)
    assert.equal((await call('GET', '/crm/v8/org')).status, 500)
    assert.deepEqual(
      fake.journal.map(({ fault }) => fault),
      [null, 'status', 'status'],
    )
  })
})
