// What the terminal shows at the end of a run.

import { median } from '../base/arithmetic.ts'
import type { Results } from '../measure/results.ts'
import { figure } from './table.ts'
import {
  burstTable,
  growthTable,
  memoryTable,
  recoveryTable,
  syncTable,
  targetTable,
} from './tables.ts'
import { throughputTable } from './throughput-table.ts'

/** The tables of all parts that were measured; the targets where there is more than one. */
export function summaryText(results: Results): string {
  const { throughput, syncs, overhead, growth, recovery, burst, memory } = results
  const isNarrow = [syncs, overhead, growth, recovery, burst, memory].every(
    (one) => one === undefined,
  )
  const parts = [
    throughput && `syncs of the disk a second: ${figure(median(throughput.diskSyncs))}`,
    throughput && throughputTable(throughput),
    syncs && syncTable(results),
    growth && growthTable(results),
    recovery && recoveryTable(results),
    burst && burstTable(results),
    memory && memoryTable(results),
    isNarrow ? undefined : targetTable(results),
  ]
  return parts.filter((part) => part !== undefined).join('\n\n')
}
