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
import { isMeasured, targetsOf } from './targets.ts'
import { throughputTable } from './throughput-table.ts'

/** The tables of all parts that were measured, and the targets of which something is known. */
export function summaryText(results: Results): string {
  const { throughput, syncs, growth, recovery, burst, memory } = results
  const targets = targetsOf(results).filter(isMeasured)
  const parts = [
    throughput && `syncs of the disk a second: ${figure(median(throughput.diskSyncs))}`,
    throughput && throughputTable(throughput),
    syncs && syncTable(results),
    growth && growthTable(results),
    recovery && recoveryTable(results),
    burst && burstTable(results),
    memory && memoryTable(results),
    targets.length > 0 && targetTable(targets),
  ]
  return parts.filter((part) => typeof part === 'string').join('\n\n')
}
