// Times of day, instants of one process, and days in UTC.
import type { Brand } from './brand.ts'

/**
 * Wall time, in milliseconds since the Unix epoch: for what is recorded, shown, or compared with other
 * machines. Always passed in, because the domain has no clock. It may jump, either way, at any moment.
 */
export type EpochMs = Brand<number, 'EpochMs'>

declare const instant: unique symbol

/**
 * A reading of the monotonic clock of one process: for what is waited for, and for how long something
 * took. It never jumps, it stands still while the machine is suspended, and it means nothing to another
 * process or to the log. It is no number to the compiler, so it cannot be taken for an `EpochMs`.
 */
export type Instant = { readonly [instant]: 'Instant' }

/** Both clocks, read at one moment. */
export type Now = { readonly wall: EpochMs; readonly instant: Instant }

/** A calendar day in UTC, `YYYY-MM-DD`. */
export type IsoDate = Brand<string, 'IsoDate'>

const DAY_MS = 86_400_000

export function plusMs(at: EpochMs, ms: number): EpochMs {
  return (at + ms) as EpochMs
}

/** The instant at which a monotonic clock shows so many milliseconds, from wherever it counts. */
export function instantAt(ms: number): Instant {
  return ms as unknown as Instant
}

/** Before everything that happens in a process. */
export const LONG_AGO: Instant = instantAt(Number.NEGATIVE_INFINITY)

/** The instant so many milliseconds later. */
export function later(at: Instant, ms: number): Instant {
  return instantAt((at as unknown as number) + ms)
}

/** The milliseconds from one instant to another; negative where that one was before it. */
export function msBetween(from: Instant, to: Instant): number {
  return (to as unknown as number) - (from as unknown as number)
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
