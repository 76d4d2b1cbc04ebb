// The periods that are asked for most, as the clocks of the reader have them.

import { type Html, html } from '../../../../application/evidence/report/html.ts'
import { dayText } from '../../../../application/words/zone.ts'
import type { EpochMs } from '../../../../domain/time.ts'
import type { PageReader } from '../frame/reader.ts'
import { formUrl } from '../frame/urls.ts'
import type { Texts } from '../texts/texts.ts'

type PresetName = keyof Texts['period']['presets']

export const PERIOD = '/audit/period'

/** From the first day, inclusive, to the last one, exclusive: `2026-03-01`. */
type Days = { readonly from: string; readonly to: string }

export function daysOf(preset: PresetName, now: EpochMs, { zone }: Pick<PageReader, 'zone'>): Days {
  const today = dayText(zone, now)
  const [year = 0, month = 0] = today.split('-').map(Number)
  switch (preset) {
    case 'today':
      return { from: today, to: dayAfter(today) }
    case 'thisMonth':
      return { from: dayOf(year, month), to: dayOf(year, month + 1) }
    case 'lastMonth':
      return { from: dayOf(year, month - 1), to: dayOf(year, month) }
    case 'thisYear':
      return { from: dayOf(year, 1), to: dayOf(year + 1, 1) }
  }
}

const PRESETS: readonly PresetName[] = ['today', 'thisMonth', 'lastMonth', 'thisYear']

/** Links to them; the address keeps the zone, so that it means the same to whoever gets it. */
export function presetLinks(now: EpochMs, reader: PageReader): Html {
  return html`${PRESETS.map(
    (preset) =>
      html`<a href="${formUrl(PERIOD, { ...daysOf(preset, now, reader), zone: reader.zone.name })}">${reader.texts.period.presets[preset]}</a> `,
  )}`
}

/** The day after this one: `2026-03-01`. */
export function dayAfter(day: string): string {
  const [year = 0, month = 0, date = 0] = day.split('-').map(Number)
  return isoDay(Date.UTC(year, month - 1, date + 1))
}

/** The first day of the month after that of this day. */
export function monthAfter(day: string): string {
  const [year = 0, month = 0] = day.split('-').map(Number)
  return dayOf(year, month + 1)
}

/** The first day of a month; months beyond 1 to 12 are those of the years beside. */
function dayOf(year: number, month: number): string {
  return isoDay(Date.UTC(year, month - 1, 1))
}

function isoDay(at: number): string {
  return new Date(at).toISOString().slice(0, 10)
}
