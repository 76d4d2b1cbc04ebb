// The period of a page: read from its address, and the two fields that show it again.

import { type Html, html } from '../../../../application/evidence/report/html.ts'
import {
  readTime,
  shortTimeText,
  type Which,
  type Zone,
  zoneNamed,
} from '../../../../application/words/zone.ts'
import type { EpochMs } from '../../../../domain/time.ts'
import type { PageReader } from '../frame/reader.ts'
import type { FieldProblem, Form } from './form.ts'

export const PERIOD_NAMES = ['from', 'to', 'zone'] as const
type PeriodName = (typeof PERIOD_NAMES)[number]

/** From inclusive, to exclusive. */
export type Period = { readonly from: EpochMs | undefined; readonly to: EpochMs | undefined }

/** Of a time that the clocks show twice, the period takes in both. */
const WHICH: Readonly<Record<'from' | 'to', Which>> = { from: 'first', to: 'last' }
const LIKE = { from: '2026-11-24 10:00', to: '2026-11-25' } as const

/** Times without an offset are in the zone that the address names, or else in that of the reader. */
export function readPeriod(form: Form<PeriodName>, readerZone: Zone): Period {
  const zone = form.read('zone', zoneNamed, (texts) => texts.zone) ?? readerZone
  const read = (name: 'from' | 'to') =>
    form.read(
      name,
      (text) => readTime(zone, text, WHICH[name]),
      (texts) => texts.time,
    )
  return { from: read('from'), to: read('to') }
}

/** The fields, in the reader's zone; what cannot be read stays as it was typed. */
export function periodFields(form: Form<PeriodName>, period: Period, reader: PageReader): Html {
  const { texts, zone } = reader
  const { labels, inZone } = texts.filters
  const value = (name: 'from' | 'to') => {
    const at = period[name]
    return at === undefined ? form.given[name] : shortTimeText(zone, at, WHICH[name])
  }
  return html`${(['from', 'to'] as const).map((name) =>
    field(
      name,
      inZone(labels[name], zone.name),
      html`<input id="${name}" name="${name}" value="${value(name)}" placeholder="${LIKE[name]}" autocomplete="off"${invalid(name, form.problems)}>`,
      form.problems,
      reader,
    ),
  )}<input type="hidden" name="zone" value="${zone.name}">`
}

/** A field of a form with its label, and with what is wrong with it. */
export function field(
  name: string,
  label: string,
  control: Html,
  problems: readonly FieldProblem[],
  { texts }: PageReader,
): Html {
  const problem = problems.find((one) => one.name === name)
  return html`<div class="field ${name}-field"><label for="${name}">${label}</label>${control}${
    problem && html`<p class="wrong" id="${name}-wrong">${problem.why(texts.filters.problems)}</p>`
  }</div>
`
}

/** What marks a control whose value cannot be used. */
export function invalid(name: string, problems: readonly FieldProblem[]): Html | false {
  return (
    problems.some((one) => one.name === name) &&
    html` aria-invalid="true" aria-describedby="${name}-wrong"`
  )
}

/** Says on top of a page that its fields cannot be used, and which. */
export function problemNotice(
  problems: readonly FieldProblem[],
  { texts }: PageReader,
): Html | false {
  const { unusable, problems: whys } = texts.filters
  return (
    problems.length > 0 &&
    html`<div class="notice" role="alert"><p>${unusable}</p><ul>${problems.map(
      ({ name, why }) => html`<li><span lang="en">${name}</span>: ${why(whys)}</li>`,
    )}</ul></div>`
  )
}
