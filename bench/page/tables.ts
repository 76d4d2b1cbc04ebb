// The tables of all parts of a run but the throughput.

import type { Results } from '../measure/results.ts'
import { figure, table } from './table.ts'
import { isMeasured, type Target, verdictOf } from './targets.ts'

export function targetTable(targets: readonly Target[]): string {
  const rows = targets.map((one) => [
    one.name,
    isMeasured(one) ? `${figure(one.value)} ${one.unit}` : '–',
    `${one.sense} ${one.target} ${one.unit}`,
    verdictOf(one),
    isMeasured(one) ? one.beside : '',
  ])
  return table(['figure', 'measured', 'target', 'verdict', 'the numbers behind it'], rows)
}

export function syncTable({ syncs = [] }: Results): string {
  return table(
    ['subject', 'callers', 'syncs a sale'],
    syncs.map(({ subject, callers, aSale }) => [subject, String(callers), figure(aSale)]),
  )
}

export function growthTable({ growth = [] }: Results): string {
  return table(
    ['events in the log', 'sales/s', 'start, ms'],
    growth.map((one) => [count(one.events), figure(one.salesPerSecond), figure(one.startMs)]),
  )
}

export function recoveryTable({ recovery = [] }: Results): string {
  return table(
    ['half-finished sales', 'all settled after, s', 'beyond an empty start, s'],
    recovery.map(({ sales, settledMs, beyondMs }) => [
      count(sales),
      figure(settledMs / 1_000),
      figure(beyondMs / 1_000),
    ]),
  )
}

export function burstTable({ burst = [] }: Results): string {
  return table(
    [
      'subject',
      'callers at once',
      'accepted',
      'their p99, s',
      'turned away',
      'their p99, s',
      'the latest, s',
      'other',
    ],
    burst.map((one) => [
      one.subject,
      count(one.callers),
      count(one.accepted),
      figure(one.acceptedP99 / 1_000),
      count(one.turnedAway),
      figure(one.turnedAwayP99 / 1_000),
      figure(one.turnedAwayMax / 1_000),
      String(one.failed),
    ]),
  )
}

export function memoryTable({ memory = [] }: Results): string {
  return table(
    ['subject', 'start, ms', 'idle PSS, MB', 'idle RSS, MB', 'RSS after 256 callers, MB'],
    memory.map((one) => [
      one.subject,
      figure(one.startMs),
      figure(one.idlePssMb),
      figure(one.idleRssMb),
      figure(one.loadedRssMb),
    ]),
  )
}

function count(value: number): string {
  return value.toLocaleString('en-US')
}
