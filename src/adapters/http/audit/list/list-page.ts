// The page that lists sales, with its filters.

import type { PlacedPage, SaleTotal } from '../../../../application/desk/sale-totals.port.ts'
import { type Html, html } from '../../../../application/evidence/report/html.ts'
import { PUBLIC_STATUSES, type PublicStatus } from '../../../../application/log/sale-summary.ts'
import { countText } from '../../../../application/words/numbers.ts'
import { Time } from '../../../../application/words/sentence.ts'
import { shortTimeText } from '../../../../application/words/zone.ts'
import type { SaleId } from '../../../../domain/ids.ts'
import { FAILED_STEPS } from '../../../../domain/sale/steps.ts'
import type { EpochMs } from '../../../../domain/time.ts'
import { csvButtons } from '../downloads/sheet-format.ts'
import { page } from '../frame/layout.ts'
import type { PageReader } from '../frame/reader.ts'
import { shown } from '../frame/shown.ts'
import type { FilterName } from '../texts/filter-names.ts'
import { presetLinks } from '../totals/presets.ts'
import { salesIn, totalsList } from '../totals/totals-list.ts'
import { type FilterProblem, type Filters, filterUrl, type GivenFilters, WHICH } from './filters.ts'
import { salesTable } from './sales-table.ts'

export type List = {
  readonly filters: Filters
  /** `undefined` where a filter cannot be used. */
  readonly found: FoundSales | undefined
  readonly clients: readonly string[]
  /** When this key looked last, before today. */
  readonly lastLook: EpochMs | undefined
  readonly now: EpochMs
}

/** A page of the sales that fit, and the totals of all of them. */
export type FoundSales = {
  readonly page: PlacedPage
  readonly amounts: ReadonlyMap<SaleId, string>
  readonly totals: readonly SaleTotal[]
}

/** The list of sales with its filters. */
export function listPage(list: List, reader: PageReader): string {
  const { filters, found } = list
  const { title } = reader.texts.list
  return page(
    reader,
    title,
    html`<div class="head"><h1>${title}</h1>${found && exportLink(filters, reader)}</div>
${found === undefined && problemNotice(filters.problems, reader)}
${quickLinks(list, reader)}
${filterForm(list, reader)}
${found !== undefined && results(list, found, reader)}`,
  )
}

function exportLink({ given }: Filters, reader: PageReader): Html {
  const url = filterUrl('/audit/sales.csv', withoutPlace(given))
  return html`<div class="actions">${csvButtons(url, reader.texts.list.csv, reader)}</div>`
}

function filterForm({ filters, clients }: List, reader: PageReader): Html {
  const { words, zone } = reader
  const texts = reader.texts.filters
  const { given } = filters
  const isIdle = Object.keys(given).every((name) => name === 'zone')
  const { field, text, choice } = makeFields(filters, reader)
  const label = (name: 'from' | 'to') => texts.inZone(texts.labels[name], zone.name)
  return html`<details class="filters" id="filters" open${isIdle && html` data-idle`}><summary>${texts.summary}</summary><form method="get" action="/audit" role="search" aria-label="${texts.form}">
${field('status', choice('status', options(PUBLIC_STATUSES, words.statuses)))}
${field('failedStep', choice('failedStep', options(FAILED_STEPS, words.failedSteps)))}
${field('client', text('client', html` list="clients"`))}
${field('contactId', text('contactId', html` inputmode="numeric"`))}
${field('from', text('from', html` placeholder="2026-11-24 10:00"`, timeTyped('from', filters, reader)), label('from'))}
${field('to', text('to', html` placeholder="2026-11-25"`, timeTyped('to', filters, reader)), label('to'))}
<div class="submit"><input type="hidden" name="zone" value="${zone.name}"><button type="submit">${texts.show}</button>${
    !isIdle && html`<a href="/audit">${texts.clear}</a>`
  }</div>
<datalist id="clients">${clients.map((name) => html`<option value="${name}"></option>`)}</datalist>
</form></details>`
}

/** Makes the fields of the form, each with its label and with what is wrong with it. */
function makeFields({ given, problems }: Filters, reader: PageReader) {
  const texts = reader.texts.filters
  const described = (name: FilterName) =>
    problems.some((one) => one.name === name) &&
    html` aria-invalid="true" aria-describedby="${name}-wrong"`
  return {
    field: (name: FilterName, control: Html, label = texts.labels[name]) => {
      const problem = problems.find((one) => one.name === name)
      return html`<div class="field ${name}-field"><label for="${name}">${label}</label>${control}${
        problem && html`<p class="wrong" id="${name}-wrong">${problem.why(texts.problems)}</p>`
      }</div>`
    },
    text: (name: FilterName, more: Html, value = given[name]) =>
      html`<input id="${name}" name="${name}" value="${value}" autocomplete="off"${more}${described(name)}>`,
    choice: (name: FilterName, values: readonly (readonly [string, string])[]) =>
      html`<select id="${name}" name="${name}"${described(name)}><option value="">${texts.any}</option>${values.map(
        ([value, words]) =>
          html`<option value="${value}"${value === given[name] && html` selected`}>${words}</option>`,
      )}</select>`,
  }
}

function options<Name extends string>(
  names: readonly Name[],
  words: Readonly<Record<Name, string>>,
): readonly (readonly [string, string])[] {
  return names.map((name) => [name, words[name]])
}

/** The time of a filter in the reader's zone; what cannot be read stays as it was typed. */
function timeTyped(
  name: 'from' | 'to',
  { query, given }: Filters,
  { zone }: PageReader,
): string | undefined {
  const at = query[name]
  return at === undefined ? given[name] : shortTimeText(zone, at, WHICH[name])
}

function problemNotice(problems: readonly FilterProblem[], { texts }: PageReader): Html {
  const { unusable, labels, problems: whys } = texts.filters
  return html`<div class="notice" role="alert"><p>${unusable}</p><ul>${problems.map(
    ({ name, why }) =>
      html`<li><strong>${labels[name]}</strong> <span lang="en">(${name})</span>: ${why(whys)}</li>`,
  )}</ul></div>`
}

/** The periods that are asked for most, and what came since the last look. */
function quickLinks({ lastLook, now }: List, reader: PageReader): Html {
  return html`<p class="quick">${presetLinks(now, reader)}${lastLook !== undefined && sinceLastLook(lastLook, reader)}</p>`
}

function sinceLastLook(lastLook: EpochMs, reader: PageReader): Html {
  const from = new Date(lastLook).toISOString()
  return html`<a href="${filterUrl('/audit', { from })}">${shown(reader.texts.list.sinceLook(new Time(lastLook)), reader)}</a>`
}

function results({ filters: { given } }: List, found: FoundSales, reader: PageReader): Html {
  const texts = reader.texts.list
  const { page: placed, amounts, totals } = found
  if (placed.sales.length === 0) {
    return html`<p class="empty">${texts.none}${hasPlace(given) && html` <a href="${newest(given)}">${texts.toNewest}</a>`}</p>`
  }
  const urlOf = (status: PublicStatus) =>
    given.status === undefined ? filterUrl('/audit', { ...withoutPlace(given), status }) : undefined
  return html`${totalsList(totals, reader, urlOf)}
${salesTable(placed.sales, amounts, texts.caption, reader)}
${paging(given, found, reader)}`
}

/** The place of the page in the whole, and the ways to the others. */
function paging(
  given: GivenFilters,
  { page: placed, totals }: FoundSales,
  reader: PageReader,
): Html {
  const { words } = reader
  const texts = reader.texts.list
  const { before, sales, hasOlder } = placed
  const last = before + sales.length
  // Sales that began since the totals were read are not in them.
  const all = Math.max(last, salesIn(totals))
  const place = texts.place(
    countText(before + 1, words),
    countText(last, words),
    countText(all, words),
  )
  const link = (text: string, place: GivenFilters, rel?: 'prev' | 'next') =>
    html`<a class="button"${rel && html` rel="${rel}"`} href="${filterUrl('/audit', withoutPlace(given), place)}">${text}</a>`
  const [newer, older] = [sales[0]?.position ?? 0, sales.at(-1)?.position ?? 0]
  return html`<nav class="paging" aria-label="${texts.pages}">${
    before > 0 &&
    html`${link(texts.newest, {})}${link(texts.newer, { before: String(newer) }, 'prev')}`
  }<span class="place">${place}</span>${
    hasOlder &&
    html`${link(texts.older, { after: String(older) }, 'next')}${link(texts.oldest, { before: '0' })}`
  }</nav>`
}

function newest(given: GivenFilters): string {
  return filterUrl('/audit', withoutPlace(given))
}

function hasPlace({ after, before }: GivenFilters): boolean {
  return after !== undefined || before !== undefined
}

function withoutPlace({ after: _, before: __, ...given }: GivenFilters): GivenFilters {
  return given
}
