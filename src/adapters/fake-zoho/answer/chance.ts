// Latency and faults that are drawn at random, from a seed.
import type { FaultKind } from '../faults/fault-kinds.ts'
import { fits, type Operation } from '../faults/operation.ts'
import type { SettingsStore } from '../world/settings.ts'
import { makeRandom } from './seeded-random.ts'

/** The same seed and the same calls draw the same latencies and the same faults. */
export interface Chance {
  /** Draws how long the next call takes to arrive, in milliseconds. */
  latencyMs(): number
  /** Draws the fault of this call; `undefined` for none. */
  fault(operation: Operation): FaultKind | undefined
  /** Begins the draws again from the seed. */
  restart(): void
}

// Faults have a sequence of their own, so that a fault more or less changes no latency.
const FAULTS_SEED = 0x5eed

export function makeChance(settings: SettingsStore): Chance {
  const delays = makeRandom(() => settings.current.seed)
  const faults = makeRandom(() => settings.current.seed ^ FAULTS_SEED)
  return {
    latencyMs() {
      const { latency } = settings.current
      switch (latency.type) {
        case 'fixed':
          return latency.ms
        case 'uniform':
          return latency.minMs + delays.next() * (latency.maxMs - latency.minMs)
        case 'tail':
          return delays.next() < latency.probability ? latency.tailMs : latency.ms
      }
    },
    fault(operation) {
      const fitting = settings.current.chanceFaults.filter((one) => fits(operation, one.operation))
      if (fitting.length === 0) return undefined
      let left = faults.next()
      return fitting.find(({ probability }) => {
        left -= probability
        return left < 0
      })?.kind
    },
    restart() {
      delays.restart()
      faults.restart()
    },
  }
}
