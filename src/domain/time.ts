// Instants and days, in UTC.
import type { Brand } from './brand.ts'

/**
 * Milliseconds since the Unix epoch. Always passed in, because the domain has no clock. Within one
 * process it never goes back. Over a restart it may, and only the deadline is compared over one.
 */
export type EpochMs = Brand<number, 'EpochMs'>

/** A calendar day in UTC, `YYYY-MM-DD`. */
export type IsoDate = Brand<string, 'IsoDate'>

const DAY_MS = 86_400_000

export function plusMs(at: EpochMs, ms: number): EpochMs {
  return (at + ms) as EpochMs
}

/** The UTC day that is `days` days after the day of `at`. */
export function dayAfter(at: EpochMs, days: number): IsoDate {
  return new Date(at + days * DAY_MS).toISOString().slice(0, 10) as IsoDate
}

const ISO_INSTANT = /^(\d{4}-\d\d-\d\d)(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d))?$/

/**
 * Parses an ISO 8601 time with `Z` or an offset, or a day, which stands for its beginning in UTC.
 * Returns `undefined` for other text.
 */
export function parseInstant(text: string): EpochMs | undefined {
  const day = ISO_INSTANT.exec(text)?.[1]
  if (day === undefined) return undefined
  // `Date.parse` reads 30 February as 2 March.
  const midnight = new Date(day)
  if (Number.isNaN(midnight.getTime()) || !midnight.toISOString().startsWith(day)) return undefined
  const at = Date.parse(text)
  return Number.isNaN(at) ? undefined : (at as EpochMs)
}
