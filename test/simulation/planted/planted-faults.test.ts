import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { drawPlan } from '../plan/plan.ts'
import { SeededRandom } from '../plan/seeded-random.ts'
import { runSeed, simulationTemplate } from '../run-seed.ts'
import { PLANTED_FAULTS, type PlantedFault } from './planted-faults.ts'
import { PLANTED_IN_GROUPS } from './planted-groups.ts'
import { PLANTED_INSTANCES } from './planted-instances.ts'
import { PLANTED_READINGS } from './planted-readings.ts'

/** A fault that so many seeds do not show is one that the simulation cannot see. */
const SEEDS_MAX = 200

/**
 * Enough for these seeds as they are, a token that is not to be had for ten minutes included: a
 * planted fault that lasts for ever need not be waited for.
 */
const REST_WITHIN_MS = 12 * 60_000

describe('The simulation', () => {
  const all = [...PLANTED_FAULTS, ...PLANTED_IN_GROUPS, ...PLANTED_READINGS, ...PLANTED_INSTANCES]
  for (const fault of all) {
    it(`finds out that ${fault.name}`, async (t) => {
      const found = await firstSeedThatShows(fault)
      assert.ok(found !== undefined, `not in ${SEEDS_MAX} seeds`)
      t.diagnostic(`seed ${found.seed}: ${found.violation}`)
    })
  }
})

async function firstSeedThatShows(fault: PlantedFault) {
  const { breaks, needsBurst, fromSeed = 1, ...planting } = fault
  const template = await simulationTemplate()
  for (let seed = fromSeed; seed < fromSeed + SEEDS_MAX; seed += 1) {
    if (needsBurst && drawPlan(new SeededRandom(`${seed}`).of('plan')).burst === undefined) continue
    const planted = await runSeed(seed, template, { ...planting, restWithinMs: REST_WITHIN_MS })
    const violation = planted.violations.find((one) =>
      breaks.some((begin) => one.startsWith(begin)),
    )
    if (violation === undefined) continue
    const { isLying, areSeveral } = planting
    const as = { ...(isLying && { isLying }), ...(areSeveral && { areSeveral }) }
    const asItIs = await runSeed(seed, template, { ...as, restWithinMs: REST_WITHIN_MS })
    assert.deepEqual(asItIs.violations, [], `seed ${seed} shows something without it, too`)
    return { seed, violation }
  }
  return undefined
}
