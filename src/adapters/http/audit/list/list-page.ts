// The page that lists sales, with its filters.

import { type Html, html } from '../../../../application/evidence/report/html.ts'
import type { ListedSale, SalePage } from '../../../../application/log/sale-reader.port.ts'
import { PUBLIC_STATUSES } from '../../../../application/log/sale-summary.ts'
import { durationText } from '../../../../application/words/durations.ts'
import { shortTimeText } from '../../../../application/words/zone.ts'
import type { SaleId } from '../../../../domain/ids.ts'
import { FAILED_STEPS } from '../../../../domain/sale/steps.ts'
import { download } from '../frame/download.ts'
import { page } from '../frame/layout.ts'
import type { PageReader } from '../frame/reader.ts'
import { english, termLink, timeTag } from '../frame/shown.ts'
import { statusTag } from '../frame/status.ts'
import type { FilterName } from '../texts/filter-names.ts'
import type { ListColumn } from '../texts/texts.ts'
import { type FilterProblem, type Filters, filterUrl, type GivenFilters, WHICH } from './filters.ts'

/** Characters of a sale id that a row shows; a screen reader reads all of it. */
const SHORT_ID_LENGTH = 8

export type List = {
  readonly filters: Filters
  /** `undefined` where a filter cannot be used. */
  readonly page: SalePage | undefined
  readonly amounts: ReadonlyMap<SaleId, string>
  readonly clients: readonly string[]
}

/** The list of sales with its filters. */
export function listPage(list: List, reader: PageReader): string {
  const { filters, page: found } = list
  const { title } = reader.texts.list
  return page(
    reader,
    title,
    html`<div class="head"><h1>${title}</h1>${found && exportLink(filters, reader)}</div>
${found === undefined && problemNotice(filters.problems, reader)}
${filterForm(list, reader)}
${found !== undefined && results(list, found, reader)}`,
  )
}

function exportLink({ given }: Filters, { texts }: PageReader): Html {
  const { after: _, sale: __, ...others } = given
  return download(filterUrl('/audit/sales.csv', others), texts.list.csv)
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
${field('sale', text('sale', html` spellcheck="false" placeholder="${texts.oneSale}"`))}
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

function results(list: List, { sales, next }: SalePage, reader: PageReader): Html {
  const { given } = list.filters
  const texts = reader.texts.list
  if (sales.length === 0) {
    return html`<p class="empty">${texts.none}${given.after && html` <a href="${newest(given)}">${texts.toNewest}</a>`}</p>`
  }
  return html`<table class="list" role="table">
<caption class="sr">${texts.caption}</caption>
<thead role="rowgroup"><tr role="row">${COLUMNS.map(
    ([column, style]) =>
      html`<th role="columnheader" scope="col" class="${style}">${heading(column, texts.columns)}</th>`,
  )}</tr></thead>
<tbody role="rowgroup">
${sales.map((sale) => row(sale, list.amounts.get(sale.saleId), reader))}
</tbody>
</table>
<nav class="paging" aria-label="${texts.pages}">${given.after && html`<a class="button" href="${newest(given)}">${texts.newest}</a>`}${
    next !== null &&
    html`<a class="button" rel="next" href="${filterUrl('/audit', given, { after: next })}">${texts.older}</a>`
  }</nav>`
}

function newest({ after: _, ...given }: GivenFilters): string {
  return filterUrl('/audit', given)
}

/** The columns with their styles. */
const COLUMNS = [
  ['status', 'status-cell'],
  ['sale', 'sale-cell'],
  ['requested', 'time-cell'],
  ['took', 'took'],
  ['client', 'client-cell'],
  ['contact', 'contact-cell'],
  ['amount', 'amount'],
  ['failure', 'failure'],
] as const satisfies readonly (readonly [ListColumn, string])[]

function heading(column: ListColumn, names: Readonly<Record<ListColumn, string>>): Html | string {
  const isTerm = column === 'sale' || column === 'client' || column === 'contact'
  return isTerm ? termLink(column, names[column]) : names[column]
}

function row(sale: ListedSale, amount: string | undefined, reader: PageReader): Html {
  const { words, texts } = reader
  const { saleId, requestedAt, endedAt, failure } = sale
  const cells: Readonly<Record<ListColumn, Html | string>> = {
    status: statusTag(sale.status, reader),
    sale: html`<a href="/audit/sales/${saleId}"><span class="sr">${texts.list.sale} ${saleId.slice(0, -SHORT_ID_LENGTH)}</span><span class="mono">${saleId.slice(-SHORT_ID_LENGTH)}</span></a>`,
    requested: timeTag(requestedAt, reader),
    took: endedAt === null ? '–' : durationText(endedAt - requestedAt, words),
    client: sale.client,
    contact: html`<span class="mono">${sale.contactId}</span>`,
    amount: amount ?? '–',
    failure:
      failure === null
        ? ''
        : html`<strong>${words.failedSteps[failure.step]}</strong> <span class="reason">${english(failure.message, reader)}</span>`,
  }
  return html`<tr role="row">${COLUMNS.map(
    ([column, style]) => html`<td role="cell" class="${style}">${cells[column]}</td>`,
  )}</tr>
`
}
