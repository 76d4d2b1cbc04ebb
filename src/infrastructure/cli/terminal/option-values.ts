// Options that are times, numbers or ids.
import { InvalidArgumentError } from 'commander'
import { type CrmId, parseCrmId } from '../../../domain/ids.ts'
import { type EpochMs, parseInstant } from '../../../domain/time.ts'

/** Parses an option that is a time. @throws {InvalidArgumentError} with an example of a time. */
export function instant(text: string): EpochMs {
  const at = parseInstant(text)
  if (at === undefined) throw new InvalidArgumentError('Give a time such as 2026-11-24T10:00:00Z.')
  return at
}

/** Parses an option that is an id of the CRM. @throws {InvalidArgumentError} with what an id is. */
export function crmId(text: string): CrmId {
  const id = parseCrmId(text)
  if (id === undefined) throw new InvalidArgumentError('An id of Zoho has 1 to 20 digits.')
  return id
}

/** Makes what parses an option that is a whole number in these bounds, both included. */
export function whole(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN
    if (value >= min && value <= max) return value
    throw new InvalidArgumentError(`Give a whole number from ${min} to ${max}.`)
  }
}

const UNITS_MS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
}

/** The milliseconds of `90m`, `2h` or `1d`. @throws {InvalidArgumentError} with examples. */
export function age(text: string): number {
  const [, count, unit = ''] = /^([1-9]\d{0,4})([smhd])$/.exec(text) ?? []
  const ms = Number(count) * (UNITS_MS[unit] ?? Number.NaN)
  if (!Number.isNaN(ms)) return ms
  throw new InvalidArgumentError('Give an age such as 90m, 2h or 1d.')
}

/** A name that needs no quotes in a URL or in psql. @throws {InvalidArgumentError} with what a name is. */
export function roleName(text: string): string {
  if (/^[a-z_][a-z0-9_]{0,62}$/.test(text)) return text
  throw new InvalidArgumentError('A name has 1 to 63 small letters, digits and underscores.')
}
