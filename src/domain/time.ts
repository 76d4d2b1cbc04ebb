import type { Brand } from './brand.ts'

/**
 * Milliseconds since the Unix epoch, UTC. Always handed in; the domain has no clock. Within one
 * process it never goes back; over a restart it may, and only the deadline compares across one.
 */
export type EpochMs = Brand<number, 'EpochMs'>

/** A calendar day in UTC, `YYYY-MM-DD`. */
export type IsoDate = Brand<string, 'IsoDate'>

const DAY_MS = 86_400_000

export function plusMs(at: EpochMs, ms: number): EpochMs {
  return (at + ms) as EpochMs
}

/** The UTC day `days` days after the one that holds `at`. */
export function dayAfter(at: EpochMs, days: number): IsoDate {
  return new Date(at + days * DAY_MS).toISOString().slice(0, 10) as IsoDate
}

const ISO_INSTANT = /^(\d{4}-\d\d-\d\d)(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d))?$/

/** An ISO 8601 time with `Z` or an offset, or a day for its begin in UTC; else `undefined`. */
export function parseInstant(text: string): EpochMs | undefined {
  const day = ISO_INSTANT.exec(text)?.[1]
  if (day === undefined) return undefined
  // `Date.parse` takes 30 February for 2 March.
  const midnight = new Date(day)
  if (Number.isNaN(midnight.getTime()) || !midnight.toISOString().startsWith(day)) return undefined
  const at = Date.parse(text)
  return Number.isNaN(at) ? undefined : (at as EpochMs)
}
