import type { FaultKind } from '../faults/fault-kinds.ts'
import { fits, type Operation } from '../faults/operation.ts'
import type { SettingsStore } from '../world/settings.ts'
import { makeRandom } from './seeded-random.ts'

/** What is left to chance, always in the same way for the same seed and the same calls. */
export interface Chance {
  /** How long the next call takes to arrive, in milliseconds. */
  latencyMs(): number
  /** The fault that meets this call by chance. */
  fault(operation: Operation): FaultKind | undefined
  restart(): void
}

// Two rows, so that the latencies do not move when there are faults.
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
