// Measures the parts that are asked for, one after the other.

import type { Subject } from './base/subject.ts'
import { measureBurst } from './measure/burst.ts'
import { measureGrowth } from './measure/growth.ts'
import { describeMachine } from './measure/machine.ts'
import { measureMemory } from './measure/memory.ts'
import { measureGate, measureOverhead, measureWaits } from './measure/overhead.ts'
import { measureRecovery } from './measure/recovery.ts'
import type { Results } from './measure/results.ts'
import { measureSyncs } from './measure/syncs.ts'
import { measureThroughput } from './measure/throughput.ts'
import type { Options, Part } from './options.ts'
import { subjectsNamed } from './subjects.ts'

type Place = {
  readonly root: string
  /** Takes one line of progress. */
  readonly say: (line: string) => void
}

type Measure = (options: Options, place: Place) => Promise<Partial<Results>>

/** Callers with which time and syncs of a sale are compared: one, and many. */
const ONE_AND_MANY = [1, 64]

const MEASURES: Readonly<Record<Part, Measure>> = {
  async throughput(options, place) {
    const warmMs = options.spanMs / 2
    return { throughput: await measureThroughput({ ...options, ...place, warmMs }) }
  },

  async syncs({ subjects, spanMs }, { root, say }) {
    const onNode = subjects.filter(({ runtime }) => runtime !== 'deno')
    const one = ([subject, callers]: readonly [Subject, number]) => {
      say(`${subject.name}, ${callers} callers`)
      return measureSyncs(subject, callers, { root, spanMs })
    }
    const all = onNode.flatMap((subject) =>
      ONE_AND_MANY.map((callers) => [subject, callers] as const),
    )
    return { syncs: await each(all, one, say) }
  },

  async overhead({ rounds, spanMs }, { root }) {
    const plan = { ours: named('ours'), floor: named('floor-commit'), rounds, spanMs, root }
    return {
      overhead: await measureOverhead(plan, ONE_AND_MANY),
      gate: await measureGate(plan),
      waits: await measureWaits(plan),
    }
  },

  async growth({ rounds, spanMs, growth: events }, place) {
    const plan = { ours: named('ours'), rounds, spanMs, events, ...place }
    return { growth: await measureGrowth(plan) }
  },

  async recovery({ rounds, recovery: sales }, place) {
    return { recovery: await measureRecovery({ ours: named('ours'), rounds, sales, ...place }) }
  },

  async burst({ burst, spanMs }, { root, say }) {
    const all = ['ours', 'shipped'].flatMap((name) =>
      burst.map((callers) => [named(name), callers] as const),
    )
    const one = ([subject, callers]: readonly [Subject, number]) =>
      measureBurst(subject, callers, { root, spanMs })
    return { burst: await each(all, one, say) }
  },

  async memory({ spanMs }, { root, say }) {
    const one = (name: string) => measureMemory(named(name), { root, spanMs })
    return { memory: await each(['shipped', 'shipped-deno'], one, say) }
  },
}

/**
 * A part that fails is left out, and the others are measured all the same.
 *
 * @param keep is called with all that is known after each part
 */
export async function measureAll(
  options: Options,
  place: Place,
  keep: (results: Results) => void,
): Promise<Results> {
  const { rounds, spanMs } = options
  const begin = performance.now()
  let results: Results = { machine: describeMachine(place.root), rounds, spanMs }
  for (const part of options.parts) {
    place.say(`${part}, after ${Math.round((performance.now() - begin) / 1_000)} s`)
    const found = await each([part], (name) => MEASURES[name](options, place), place.say)
    results = { ...results, ...found[0] }
    keep(results)
  }
  return results
}

/** One after the other; what fails is reported and left out. */
async function each<Item, Result>(
  items: readonly Item[],
  measure: (item: Item) => Promise<Result>,
  say: (line: string) => void,
): Promise<readonly Result[]> {
  const found: Result[] = []
  for (const item of items) {
    try {
      found.push(await measure(item))
    } catch (error) {
      say(`left out: ${String(error)}`)
    }
  }
  return found
}

/** @throws {Error} for a name that is none */
function named(name: string): Subject {
  const [subject] = subjectsNamed([name])
  if (subject === undefined) throw new Error(`no subject is named ${name}`)
  return subject
}
