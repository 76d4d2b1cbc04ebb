// What the command line asks for.

import { parseArgs } from 'node:util'
import type { Subject } from './base/subject.ts'
import { SUBJECTS, subjectsNamed } from './subjects.ts'

export const PARTS = [
  'throughput',
  'syncs',
  'overhead',
  'growth',
  'recovery',
  'burst',
  'memory',
] as const
export type Part = (typeof PARTS)[number]

export type Options = {
  readonly parts: readonly Part[]
  readonly subjects: readonly Subject[]
  readonly crmMs: readonly number[]
  readonly callers: readonly number[]
  readonly rounds: number
  readonly spanMs: number
  /** Lengths of the log, in events. */
  readonly growth: readonly number[]
  /** Numbers of half-finished sales. */
  readonly recovery: readonly number[]
  /** Numbers of callers at once. */
  readonly burst: readonly number[]
  /** Whether it is the whole run, whose page goes to `docs/`. */
  readonly isWhole: boolean
  /** Measures nothing, and makes the page of the last run anew. */
  readonly isPageOnly: boolean
}

const SIZES = {
  whole: {
    callers: [1, 16, 64, 256],
    rounds: 3,
    seconds: 3,
    growth: [0, 100_000, 1_000_000],
    recovery: [1_000, 10_000],
    burst: [256, 400, 1_000, 2_000],
  },
  quick: {
    callers: [1, 64],
    rounds: 1,
    seconds: 2,
    growth: [0, 30_000],
    recovery: [1_000],
    burst: [400, 1_000],
  },
} as const

const CRM_MS = [0, 20]

export const USAGE = `usage: npm run bench -- [options]
  --quick            one short round of everything, in a few minutes
  --only NAME,…      these subjects: ${SUBJECTS.map(({ name }) => name).join(', ')}
  --parts PART,…     these parts: ${PARTS.join(', ')}
  --callers N,…      callers in a closed loop
  --crm-ms N,…       milliseconds of each call to the CRM
  --rounds N         rounds, of which the medians are taken
  --seconds N        of each measured span
  --page             measures nothing; writes the page of the last whole run anew
With --only, --callers or --crm-ms only the throughput is measured, unless --parts asks for more.
`

/** @throws {Error} when an option is unknown or wrong */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: 'boolean', default: false },
      page: { type: 'boolean', default: false },
      only: { type: 'string' },
      parts: { type: 'string' },
      callers: { type: 'string' },
      'crm-ms': { type: 'string' },
      rounds: { type: 'string' },
      seconds: { type: 'string' },
    },
  })
  const { only, callers, 'crm-ms': crmMs, parts, rounds, seconds } = values
  const size = values.quick ? SIZES.quick : SIZES.whole
  const isNarrow = only !== undefined || callers !== undefined || crmMs !== undefined
  const asked = only === undefined ? SUBJECTS : subjectsNamed(only.split(','))
  return {
    ...size,
    parts: parts === undefined ? (isNarrow ? ['throughput'] : PARTS) : partsNamed(parts),
    subjects: asked,
    crmMs: crmMs === undefined ? CRM_MS : numbers(crmMs),
    callers: callers === undefined ? size.callers : numbers(callers),
    rounds: rounds === undefined ? size.rounds : number(rounds),
    spanMs: (seconds === undefined ? size.seconds : number(seconds)) * 1_000,
    isWhole: !values.quick && !isNarrow && parts === undefined,
    isPageOnly: values.page,
  }
}

function partsNamed(text: string): readonly Part[] {
  return text.split(',').map((name) => {
    const part = PARTS.find((one) => one === name)
    if (part === undefined) throw new Error(`no part is named ${name}`)
    return part
  })
}

function numbers(text: string): readonly number[] {
  return text.split(',').map(number)
}

function number(text: string): number {
  const value = Number(text)
  if (text === '' || !(value >= 0)) throw new Error(`${text} is no number`)
  return value
}
