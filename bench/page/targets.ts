// The figures that the gateway has to reach, each with its target and what one run measured.

import { ratio } from '../base/arithmetic.ts'
import { addedInFloors } from '../measure/overhead.ts'
import type { Results } from '../measure/results.ts'
import type { Throughput } from '../measure/throughput.ts'
import { figure } from './table.ts'
import { FLOOR, medianOf } from './throughput-table.ts'

export type Target = {
  readonly name: string
  /** `NaN` where it was not measured. */
  readonly value: number
  readonly target: number
  readonly sense: 'at least' | 'at most'
  readonly unit: string
  /** The absolute figures behind it. */
  readonly beside: string
}

export type Verdict = 'met' | 'not met' | 'not measured'

export function isMeasured({ value }: Pick<Target, 'value'>): boolean {
  return Number.isFinite(value)
}

const MANY = 64

/** The most CPU of a sale, in milliseconds: a twentieth of what it was before sales were grouped. */
const CPU_MS_MAX = 0.395

/** The most of a recovery, in seconds: a tenth of what it was. */
const RECOVERY_S_MAX = 1

export function verdictOf({ value, target, sense }: Omit<Target, 'name' | 'beside'>): Verdict {
  if (!isMeasured({ value })) return 'not measured'
  const isMet = sense === 'at least' ? value >= target : value <= target
  return isMet ? 'met' : 'not met'
}

export function targetsOf(results: Results): readonly Target[] {
  return [
    ...throughputTargets(results),
    ...overheadTargets(results),
    ...costTargets(results),
    ...growthTargets(results),
  ]
}

function throughputTargets({ throughput = NOTHING }: Results): readonly Target[] {
  const sales = (subject: string, crmMs: number, callers: number) =>
    medianOf(throughput, subject, crmMs, callers, 'salesPerSecond')
  const compared = (subject: string, other: string, crmMs: number, callers: number) => {
    const [ours, its] = [sales(subject, crmMs, callers), sales(other, crmMs, callers)]
    return { value: ratio(ours, its), beside: `${figure(ours)} and ${figure(its)} sales/s` }
  }
  const engine = bestEngine(throughput, (name) => sales(name, 0, MANY))
  const at = (crmMs: number, callers: number) =>
    `sales/s, CRM ${crmMs} ms, ${callers} ${callers === 1 ? 'caller' : 'callers'}`
  return [
    {
      ...atLeast(10, '×'),
      name: `${at(0, MANY)}, against the best engine${engine === '' ? '' : ` (${engine})`}`,
      ...compared('ours', engine, 0, MANY),
    },
    {
      ...atLeast(0.5, '×'),
      name: `${at(0, MANY)}, against plain group commits`,
      ...compared('ours', FLOOR, 0, MANY),
    },
    {
      ...atLeast(0.6, '×'),
      name: `${at(0, 1)}, against plain group commits`,
      ...compared('ours', FLOOR, 0, 1),
    },
    {
      ...atLeast(0.9, '×'),
      name: `${at(20, MANY)}, against the same front without persistence`,
      ...compared('ours', 'floor-front', 20, MANY),
    },
    {
      ...atLeast(0.15, '×'),
      name: `the shipped service, ${at(0, MANY)}, against plain group commits`,
      ...compared('shipped', FLOOR, 0, MANY),
    },
  ]
}

function overheadTargets({ overhead = [], gate, waits }: Results): readonly Target[] {
  const added = [1, MANY].map((callers) => {
    const one = overhead.find((found) => found.callers === callers)
    return {
      ...atMost(2, '×'),
      name: `p50 added to four calls of 50 ms, ${callers} ${callers === 1 ? 'caller' : 'callers'}, in p50s of the floor's sale at one caller`,
      value: one === undefined ? Number.NaN : addedInFloors(one),
      beside:
        one === undefined
          ? ''
          : `${figure(one.oursP50)} ms, bare calls ${figure(one.bareP50)} ms, the floor's sale ${figure(one.floorP50)} ms`,
    }
  })
  return [
    ...added,
    {
      ...atLeast(0.9, '×'),
      name: 'share of a gate of ten that is kept busy, 20 ms a call, of what bare loops get',
      value: ratio(gate?.ours, gate?.bare),
      beside: `${figure(gate?.ours)} and ${figure(gate?.bare)} of the places`,
    },
    {
      ...atMost(4, 'commits'),
      name: 'commits that one caller waits for',
      // Measured by the clock, so it is a whole number only when it is rounded.
      value: waits === undefined ? Number.NaN : Math.round(waits),
      beside: `measured as ${figure(waits)}`,
    },
  ]
}

function costTargets({
  throughput = NOTHING,
  syncs = [],
  memory = [],
}: Results): readonly Target[] {
  const of = (subject: string, name: 'cpuMs' | 'writtenKb') =>
    medianOf(throughput, subject, 0, MANY, name)
  const syncsOf = (subject: string) =>
    syncs.find((one) => one.subject === subject && one.callers === MANY)?.aSale
  const shipped = memory.find(({ subject }) => subject === 'shipped')
  return [
    {
      ...atMost(CPU_MS_MAX, 'ms'),
      name: `CPU of a sale, ${MANY} callers`,
      value: of('ours', 'cpuMs'),
      beside: `the floor ${figure(of(FLOOR, 'cpuMs'))} ms`,
    },
    {
      ...atMost(0.5, 'syncs'),
      name: `syncs a sale, ${MANY} callers`,
      value: syncsOf('ours') ?? Number.NaN,
      beside: `the floor ${figure(syncsOf(FLOOR))}`,
    },
    {
      ...atMost(23, 'kB'),
      name: `bytes written to the device a sale, ${MANY} callers`,
      value: of('ours', 'writtenKb'),
      beside: `the floor ${figure(of(FLOOR, 'writtenKb'))} kB`,
    },
    {
      ...atMost(90, 'MB'),
      name: 'idle memory of the service on Node (PSS)',
      value: shipped?.idlePssMb ?? Number.NaN,
      beside: `${figure(shipped?.idleRssMb)} MB of RSS`,
    },
    {
      ...atMost(200, 'MB'),
      name: 'memory of the service on Node after 256 callers (RSS)',
      value: shipped?.loadedRssMb ?? Number.NaN,
      beside: '',
    },
  ]
}

function growthTargets({ growth = [], recovery = [], burst = [] }: Results): readonly Target[] {
  const salesAt = (events: number) => growth.find((one) => one.events === events)?.salesPerSecond
  const restart = recovery.find(({ sales }) => sales === 1_000)
  const latest = Math.max(
    ...burst.map(({ turnedAwayP99 }) => turnedAwayP99).filter(Number.isFinite),
  )
  const longest = Math.max(...burst.map(({ acceptedP99 }) => acceptedP99).filter(Number.isFinite))
  const most = Math.max(...burst.map(({ callers }) => callers))
  return [
    {
      ...atLeast(0.95, '×'),
      name: 'sales/s at a million events, against an empty log',
      value: ratio(salesAt(1_000_000), salesAt(0)),
      beside: `${figure(salesAt(1_000_000))} and ${figure(salesAt(0))} sales/s`,
    },
    {
      ...atMost(RECOVERY_S_MAX, 's'),
      name: '1,000 half-finished sales, from a restart until all are settled, beyond an empty start',
      value: (restart?.beyondMs ?? Number.NaN) / 1_000,
      beside: `${figure((restart?.settledMs ?? Number.NaN) / 1_000)} s with the start`,
    },
    {
      ...atMost(DEADLINE_S / 2, 's'),
      name: `p99 of an accepted sale, of up to ${figure(most)} callers at once`,
      value: longest / 1_000,
      beside: `half of SALE_DEADLINE_MS`,
    },
    {
      ...atMost(1, 's'),
      name: `p99 of an answer 503, of up to ${figure(most)} callers at once`,
      value: latest / 1_000,
      beside: '',
    },
  ]
}

/** The default of `SALE_DEADLINE_MS`, in seconds. */
const DEADLINE_S = 30

/** A run that measured no throughput. */
export const NOTHING: Throughput = { cells: [], keptKb: [], diskSyncs: [], left: [] }

function bestEngine({ cells }: Throughput, sales: (name: string) => number): string {
  const others = new Set(cells.map(({ subject }) => subject).filter((name) => !isOurs(name)))
  const [best = ''] = [...others].toSorted((a, b) => sales(b) - sales(a))
  return best
}

function isOurs(name: string): boolean {
  return /^(?:ours|shipped|floor)\b/.test(name)
}

function atLeast(target: number, unit: string) {
  return { target, unit, sense: 'at least' } as const
}

function atMost(target: number, unit: string) {
  return { target, unit, sense: 'at most' } as const
}
