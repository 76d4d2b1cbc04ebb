// Lengths of time in words.

import type { Words } from './words.ts'

const SECOND_MS = 1_000
const MINUTE_MS = 60 * SECOND_MS
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

/** How a language writes lengths of time. */
type Measures = Pick<Words, 'units' | 'decimalPoint'>

/** A length of time for a person: `412 ms`, `1.24 s`, `2 min 3 s`, `3 h 4 min`, `2 d 5 h`. */
export function durationText(ms: number, { units, decimalPoint }: Measures): string {
  if (ms < SECOND_MS) return `${Math.max(0, Math.floor(ms))} ${units.ms}`
  if (ms < MINUTE_MS)
    return `${String(Math.floor(ms / 10) / 100).replace('.', decimalPoint)} ${units.s}`
  if (ms < HOUR_MS) return twoParts(ms, MINUTE_MS, units.min, SECOND_MS, units.s)
  if (ms < DAY_MS) return twoParts(ms, HOUR_MS, units.h, MINUTE_MS, units.min)
  return twoParts(ms, DAY_MS, units.d, HOUR_MS, units.h)
}

/** How long after the begin of something, with its sign: a clock may have been set back meanwhile. */
export function offsetText(ms: number, measures: Measures): string {
  return `${ms < 0 ? '−' : '+'}${durationText(Math.abs(ms), measures)}`
}

function twoParts(ms: number, large: number, largeName: string, small: number, smallName: string) {
  const rest = Math.floor((ms % large) / small)
  const first = `${Math.floor(ms / large)} ${largeName}`
  return rest === 0 ? first : `${first} ${rest} ${smallName}`
}
