// The table of all subjects under all loads.

import { median, ratio } from '../base/arithmetic.ts'
import type { Loaded } from '../measure/loaded.ts'
import type { Throughput } from '../measure/throughput.ts'
import { figure, table } from './table.ts'

export const FLOOR = 'floor-commit'

/** The median of one number over all rounds; `NaN` where that was not measured. */
export function medianOf(
  { cells }: Pick<Throughput, 'cells'>,
  subject: string,
  crmMs: number,
  callers: number,
  of: keyof Loaded,
): number {
  const cell = cells.find(
    (one) => one.subject === subject && one.crmMs === crmMs && one.callers === callers,
  )
  return cell === undefined ? Number.NaN : median(cell.rounds.map((loaded) => loaded[of]))
}

const HEAD = [
  'subject',
  'CRM ms',
  'callers',
  'sales/s',
  '× floor',
  'p50 ms',
  'p99 ms',
  'CPU ms',
  'written kB',
  'kept kB',
  'PSS MB',
  'RSS MB',
  'failed',
]

export function throughputTable(throughput: Throughput): string {
  const { cells, keptKb } = throughput
  const rows = cells.map(({ subject, crmMs, callers, rounds }) => {
    const of = (name: keyof Loaded) => medianOf(throughput, subject, crmMs, callers, name)
    const floor = medianOf(throughput, FLOOR, crmMs, callers, 'salesPerSecond')
    const kept = keptKb.find((one) => one.subject === subject && one.crmMs === crmMs)
    return [
      subject,
      String(crmMs),
      String(callers),
      figure(of('salesPerSecond')),
      figure(ratio(of('salesPerSecond'), floor)),
      figure(of('p50')),
      figure(of('p99')),
      figure(of('cpuMs')),
      figure(of('writtenKb')),
      figure(kept && median(kept.rounds)),
      figure(of('pssMb')),
      figure(of('rssMb')),
      String(rounds.reduce((sum, { failed }) => sum + failed, 0)),
    ]
  })
  const order = (row: readonly string[]) => [Number(row[1]), Number(row[2])] as const
  const sorted = rows.toSorted((a, b) => {
    const [crmA, callersA] = order(a)
    const [crmB, callersB] = order(b)
    return crmA - crmB || callersA - callersB
  })
  return table(HEAD, sorted)
}
