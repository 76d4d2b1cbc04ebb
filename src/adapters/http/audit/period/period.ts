// Reads the period of a page from its address, and cuts it into days, or into months where it is long.

import { dayText, readTime, type Zone } from '../../../../application/words/zone.ts'
import type { EpochMs } from '../../../../domain/time.ts'
import { type Form, readForm } from '../fields/form.ts'
import { type PERIOD_NAMES, readPeriod } from '../fields/period.ts'
import { dayAfter, daysOf, monthAfter } from '../totals/presets.ts'

/** A period of more days is shown by months. */
const DAYS_MAX = 92
const MONTHS_MAX = 120

export type Period = {
  readonly from: EpochMs
  /** Exclusive. */
  readonly to: EpochMs
  readonly unit: 'day' | 'month'
  /** The begin of each day or month, and at last the end. */
  readonly bounds: readonly EpochMs[]
}

export type AskedPeriod = {
  readonly form: Form<(typeof PERIOD_NAMES)[number]>
  /** `undefined` where a field cannot be used. */
  readonly period: Period | undefined
}

/** The period of an address; without any, this month. One side that is missing is that of this month. */
export function askedPeriod(url: string, zone: Zone, now: EpochMs): AskedPeriod {
  const form = readForm<(typeof PERIOD_NAMES)[number]>(url)
  const { given } = form
  const month = daysOf('thisMonth', now, { zone })
  const read = readPeriod(form, zone)
  const from = given.from === undefined ? readTime(zone, month.from, 'first') : read.from
  const to = given.to === undefined ? readTime(zone, month.to, 'last') : read.to
  if (from === undefined || to === undefined || form.problems.length > 0) {
    return { form, period: undefined }
  }
  const period = from < to ? cut(from, to, zone) : undefined
  if (period === undefined) {
    form.refuse('to', (texts) => (from < to ? texts.tooFar(MONTHS_MAX) : texts.order))
  }
  return { form, period }
}

function cut(from: EpochMs, to: EpochMs, zone: Zone): Period | undefined {
  const days = boundsOf(from, to, zone, dayAfter, DAYS_MAX)
  if (days !== undefined) return { from, to, unit: 'day', bounds: days }
  const months = boundsOf(from, to, zone, monthAfter, MONTHS_MAX)
  return months && { from, to, unit: 'month', bounds: months }
}

/** The bounds of up to `max` parts; `undefined` for more. */
function boundsOf(
  from: EpochMs,
  to: EpochMs,
  zone: Zone,
  next: (day: string) => string,
  max: number,
): readonly EpochMs[] | undefined {
  const bounds = [from]
  for (let day = next(dayText(zone, from)); bounds.length <= max; day = next(day)) {
    const begin = readTime(zone, day, 'first')
    if (begin === undefined || begin >= to) return [...bounds, to]
    bounds.push(begin)
  }
  return undefined
}
