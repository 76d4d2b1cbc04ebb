import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import { countOf, firstSeed } from '../support/counts.ts'
import type { Kind } from './workers/kinds.ts'
import { runSeedsInWorkers } from './workers/seeds-in-workers.ts'

/** Failing seeds whose violations are in the message of the test. */
const TOLD_MAX = 10

/** What the seeds have to play: without one of these they would show little. */
const SITUATIONS = [
  'sales completed',
  'sales rolled_back',
  'crashes',
  'orderly stops',
  'clocks set back',
  'running clocks set back',
  'running clocks set forward',
  'clocks set at a failure',
  'suspended machines',
  'expired keys refused',
  'events ClockJumped',
  'answers 409',
  'answers 503',
  'second copies of mails',
  'fault: crm lateApply',
  'fault: crm mixed207',
  'fault: crm timeoutAfter',
  'fault: database failed',
  'lying seeds',
  'lie: record hidden',
  'lie: record hidden for ever',
  'lie: accounts host away',
  'fault: crm odd',
  'fault: crm extraMembers',
  'events RecordNamed',
  'groups of 1',
  'groups of 2 to 4',
  'groups of 5 and more',
  'crashes in groups of 5 and more: statement',
  'crashes in groups of 5 and more: before commit',
  'crashes in groups of 5 and more: after commit',
  'fault: database full for a group of many',
  'second appends: conflict',
]

/** The same of the seeds with several instances. */
const SITUATIONS_OF_SEVERAL = [
  'seeds of 2 instances',
  'seeds of 3 instances',
  'sales completed',
  'sales rolled_back',
  'sales taken up',
  'crashes',
  'orderly stops',
  'instances stopped',
  'instances stopped at a point',
  'instances stopped before a request',
  'creates of a former owner',
  'events OwnerWoke',
  'database outages',
  'fault: database away',
  'fault: database answer to a write',
  'fault: database commit unheard, stored',
  'fault: database commit unheard, not stored',
  'fault: database transaction of a stopped instance',
] as const

describe('The simulated service', () => {
  it('keeps its invariants in every seed, and gives one trace for one seed', async (t) => {
    await play(t, 'drawn', countOf('SIMULATION_SEEDS'), SITUATIONS)
  })

  it('keeps them with two and three instances over one database', async (t) => {
    await play(t, 'several', countOf('SEVERAL_SEEDS'), SITUATIONS_OF_SEVERAL)
  })
})

async function play(
  t: TestContext,
  kind: Kind,
  count: number,
  situations: readonly string[],
): Promise<void> {
  const first = firstSeed()
  const startedAt = performance.now()
  const { tally, failures } = await runSeedsInWorkers(first, count, undefined, kind)
  const seconds = Math.round((performance.now() - startedAt) / 1_000)
  t.diagnostic(
    `${count} seeds from ${first} on in ${seconds} s, ${failures.length} with a violation`,
  )
  for (const line of tally.lines()) t.diagnostic(line)
  const told = failures.slice(0, TOLD_MAX).map(({ run, violations }) => [run, ...violations])
  assert.equal(failures.length, 0, told.flat().join('\n'))
  for (const situation of situations) {
    assert.ok(tally.of(situation) > 0, `no seed had any ${situation}`)
  }
}
