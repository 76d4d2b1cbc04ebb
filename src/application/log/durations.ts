// Lengths of time in words.

const SECOND_MS = 1_000
const MINUTE_MS = 60 * SECOND_MS
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

/** A length of time for a person: `412 ms`, `1.24 s`, `2 min 3 s`, `3 h 4 min`, `2 d 5 h`. */
export function durationText(ms: number): string {
  if (ms < SECOND_MS) return `${Math.max(0, Math.floor(ms))} ms`
  if (ms < MINUTE_MS) return `${Math.floor(ms / 10) / 100} s`
  if (ms < HOUR_MS) return twoParts(ms, MINUTE_MS, 'min', SECOND_MS, 's')
  if (ms < DAY_MS) return twoParts(ms, HOUR_MS, 'h', MINUTE_MS, 'min')
  return twoParts(ms, DAY_MS, 'd', HOUR_MS, 'h')
}

function twoParts(ms: number, large: number, largeName: string, small: number, smallName: string) {
  const rest = Math.floor((ms % large) / small)
  const first = `${Math.floor(ms / large)} ${largeName}`
  return rest === 0 ? first : `${first} ${rest} ${smallName}`
}
