// Times as a reader's time zone has them: written, and read again.

import type { EpochMs } from '../../domain/time.ts'

/** A time zone of the IANA data base, or UTC. */
export type Zone = {
  readonly name: string
  /** How far its clocks are ahead of UTC at this time, in milliseconds. */
  readonly offsetMs: (at: EpochMs) => number
}

export const UTC: Zone = { name: 'UTC', offsetMs: () => 0 }

/** Zones are made once each; a caller may name any of some 600 in any case of letters. */
const ZONES_KEPT_MAX = 100
const kept = new Map<string, Zone>()

const NAME = /^[A-Za-z][A-Za-z0-9_+-]{0,31}(?:\/[A-Za-z0-9_+-]{1,31}){0,2}$/

/** Clocks are put forward and back at full quarters of an hour. */
const QUARTER_MS = 900_000
const DAY_MS = 86_400_000
const MINUTE_MS = 60_000

/** The zone of this name, such as `Europe/Istanbul`; `undefined` where there is none. */
export function zoneNamed(name: string): Zone | undefined {
  if (name === UTC.name) return UTC
  const known = kept.get(name)
  if (known !== undefined) return known
  if (!NAME.test(name)) return undefined
  try {
    const zone = makeZone(name)
    if (kept.size >= ZONES_KEPT_MAX) kept.clear()
    kept.set(name, zone)
    return zone
  } catch {
    // Intl throws for a name that it does not know.
    return undefined
  }
}

function makeZone(name: string): Zone {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: name,
    calendar: 'iso8601',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  })
  let lastQuarter = Number.NaN
  let lastOffset = 0
  return {
    name,
    offsetMs: (at) => {
      // Before 1970 the offsets of that year count: older ones have seconds.
      const quarter = Math.max(0, Math.floor(at / QUARTER_MS))
      if (quarter === lastQuarter) return lastOffset
      const asked = quarter * QUARTER_MS
      const parts = new Map(format.formatToParts(asked).map(({ type, value }) => [type, value]))
      const get = (type: Intl.DateTimeFormatPartTypes) => Number(parts.get(type))
      const [year, month, day] = [get('year'), get('month'), get('day')]
      lastOffset = Date.UTC(year, month - 1, day, get('hour'), get('minute'), get('second')) - asked
      lastQuarter = quarter
      return lastOffset
    },
  }
}

/** A time to the second, with what its zone is ahead of UTC: `2026-03-01 14:05:09 +03:00`. */
export function timeText(zone: Zone, at: EpochMs): string {
  return `${wallText(zone, at).slice(0, 19)} ${offsetText(zone, at)}`
}

/** The same with milliseconds: `2026-03-01 14:05:09.120 +03:00`. */
export function preciseTimeText(zone: Zone, at: EpochMs): string {
  return `${wallText(zone, at)} ${offsetText(zone, at)}`
}

/** The day in this zone: `2026-03-01`. */
export function dayText(zone: Zone, at: EpochMs): string {
  return wallText(zone, at).slice(0, 10)
}

function wallText(zone: Zone, at: EpochMs): string {
  return new Date(at + zone.offsetMs(at)).toISOString().slice(0, 23).replace('T', ' ')
}

function offsetText(zone: Zone, at: EpochMs): string {
  if (zone === UTC) return 'UTC'
  const minutes = Math.round(zone.offsetMs(at) / MINUTE_MS)
  const two = (value: number) => String(value).padStart(2, '0')
  const ahead = Math.abs(minutes)
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(ahead / 60))}:${two(ahead % 60)}`
}

/** Which of two times is meant by one that the clocks of a zone show twice, in autumn. */
export type Which = 'first' | 'last'

const TYPED =
  /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(?::(\d\d)(?:\.(\d{1,3}))?)?)?(?: ?(Z|UTC|[+-]\d\d:\d\d))?$/

/**
 * Reads a time as the pages write it, with or without seconds and offset, or as ISO 8601 has it. A
 * day is its beginning. Without an offset it is a time of this zone: one that the clocks skipped, in
 * spring, is the moment at which they were put forward. Returns `undefined` for other text.
 */
export function readTime(zone: Zone, text: string, which: Which): EpochMs | undefined {
  const [, day, time = '00:00', seconds = '00', fraction = '0', offset] = TYPED.exec(text) ?? []
  if (day === undefined) return undefined
  const iso = `${day}T${time}:${seconds}.${fraction.padEnd(3, '0')}`
  const wall = Date.parse(`${iso}Z`)
  // `Date.parse` reads 30 February as 2 March, and 24:00 as the next day.
  if (Number.isNaN(wall) || !new Date(wall).toISOString().startsWith(iso)) return undefined
  if (offset === undefined) return instantOf(zone, wall, which)
  const at = Date.parse(`${iso}${offset === 'UTC' ? 'Z' : offset}`)
  return Number.isNaN(at) ? undefined : (at as EpochMs)
}

/** The instant at which the clocks of the zone show this time. */
function instantOf(zone: Zone, wall: number, which: Which): EpochMs {
  // Of the day before and the day after: clocks are not changed twice within two days.
  const [before, after] = [wall - DAY_MS, wall + DAY_MS].map((at) => zone.offsetMs(at as EpochMs))
  const instants = [wall - (before ?? 0), wall - (after ?? 0)] as EpochMs[]
  const shown = instants.filter((at) => at + zone.offsetMs(at) === wall)
  const [first] = shown
  if (first === undefined) return changeBetween(zone, instants)
  return Math[which === 'first' ? 'min' : 'max'](first, ...shown) as EpochMs
}

/** When the clocks were put forward. The loop is bounded: no change is greater than a day. */
function changeBetween(zone: Zone, [before, after]: readonly EpochMs[]): EpochMs {
  const end = before as EpochMs
  const begin = Math.floor((after as EpochMs) / QUARTER_MS) * QUARTER_MS
  const old = zone.offsetMs(begin as EpochMs)
  for (let at = begin; at < end; at += QUARTER_MS) {
    if (zone.offsetMs(at as EpochMs) !== old) return at as EpochMs
  }
  return end
}

/** The shortest text that `readTime` reads as this very time. */
export function shortTimeText(zone: Zone, at: EpochMs, which: Which): string {
  const wall = wallText(zone, at)
  const texts = [wall.slice(0, 10), wall.slice(0, 16), wall.slice(0, 19), wall]
  const read = texts.find((text) => readTime(zone, text, which) === at)
  return read ?? preciseTimeText(zone, at)
}
