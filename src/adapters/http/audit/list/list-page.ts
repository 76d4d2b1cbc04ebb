// The page that lists sales, with its filters.

import { type Html, html } from '../../../../application/evidence/report/html.ts'
import { durationText } from '../../../../application/log/durations.ts'
import { failedStepWords } from '../../../../application/log/phrases.ts'
import type { ListedSale, SalePage } from '../../../../application/log/sale-reader.port.ts'
import { PUBLIC_STATUSES } from '../../../../application/log/sale-summary.ts'
import type { SaleId } from '../../../../domain/ids.ts'
import { FAILED_STEPS } from '../../../../domain/sale/steps.ts'
import { page } from '../frame/layout.ts'
import { STATUS_WORDS, statusTag } from '../frame/status.ts'
import { timeTag } from '../frame/times.ts'
import {
  type FilterName,
  type FilterProblem,
  type Filters,
  filterUrl,
  type GivenFilters,
} from './filters.ts'

/** Characters of a sale id that a row shows; a screen reader reads all of it. */
const SHORT_ID_LENGTH = 8

const LABELS: Readonly<Record<FilterName | 'after', string>> = {
  status: 'Status',
  failedStep: 'Failed step',
  client: 'Client',
  contactId: 'Contact ID',
  from: 'From (UTC)',
  to: 'Before (UTC)',
  sale: 'Sale ID',
  after: 'Page',
}

export type List = {
  readonly filters: Filters
  /** `undefined` where a filter cannot be used. */
  readonly page: SalePage | undefined
  readonly amounts: ReadonlyMap<SaleId, string>
  readonly clients: readonly string[]
}

/** The list of sales with its filters. */
export function listPage(list: List): string {
  const { filters, page: found } = list
  return page(
    'Sales',
    html`<div class="head"><h1>Sales</h1>${found && exportLink(filters)}</div>
${found === undefined && problemNotice(filters.problems)}
${filterForm(list)}
${found !== undefined && results(list, found)}`,
  )
}

function exportLink({ given: { after: _, sale: __, ...given } }: Filters): Html {
  return html`<a class="button" href="${filterUrl('/audit/sales.csv', given)}" download>CSV of this list</a>`
}

function filterForm({ filters, clients }: List): Html {
  const { given, problems } = filters
  const field = (name: FilterName, control: Html) => {
    const problem = problems.find((one) => one.name === name)
    return html`<div class="field ${name}-field"><label for="${name}">${LABELS[name]}</label>${control}${
      problem && html`<p class="wrong" id="${name}-wrong">${problem.why}</p>`
    }</div>`
  }
  const described = (name: FilterName) =>
    problems.some((one) => one.name === name) &&
    html` aria-invalid="true" aria-describedby="${name}-wrong"`
  const text = (name: FilterName, more: Html) =>
    html`<input id="${name}" name="${name}" value="${given[name]}" autocomplete="off"${more}${described(name)}>`
  const choice = (name: FilterName, any: string, options: readonly (readonly [string, string])[]) =>
    html`<select id="${name}" name="${name}"${described(name)}><option value="">${any}</option>${options.map(
      ([value, words]) =>
        html`<option value="${value}"${value === given[name] && html` selected`}>${words}</option>`,
    )}</select>`
  return html`<details class="filters" id="filters" open${Object.keys(given).length === 0 && html` data-idle`}><summary>Filter</summary><form method="get" action="/audit" role="search" aria-label="Filter the sales">
${field(
  'status',
  choice(
    'status',
    'Any',
    PUBLIC_STATUSES.map((s) => [s, STATUS_WORDS[s]]),
  ),
)}
${field(
  'failedStep',
  choice(
    'failedStep',
    'Any',
    FAILED_STEPS.map((s) => [s, failedStepWords(s)]),
  ),
)}
${field('client', text('client', html` list="clients"`))}
${field('contactId', text('contactId', html` inputmode="numeric"`))}
${field('from', timeField('from', filters, described('from')))}
${field('to', timeField('to', filters, described('to')))}
${field('sale', text('sale', html` spellcheck="false" placeholder="opens this one sale"`))}
<div class="submit"><button type="submit">Show</button>${
    Object.keys(given).length > 0 && html`<a href="/audit">Clear</a>`
  }</div>
<datalist id="clients">${clients.map((name) => html`<option value="${name}"></option>`)}</datalist>
</form></details>`
}

/** The browser's field for a time takes only a time without a zone: any other text gets a text field. */
function timeField(name: 'from' | 'to', { query, given }: Filters, wrong: Html | false): Html {
  const at = query[name]
  const typed = at === undefined && given[name]
  const value =
    at === undefined ? typed : new Date(at).toISOString().replace(/(:00)?\.000Z$|Z$/, '')
  return html`<input id="${name}" name="${name}" type="${typed ? 'text' : 'datetime-local'}" step="any" value="${value}"${wrong}>`
}

function problemNotice(problems: readonly FilterProblem[]): Html {
  return html`<div class="notice" role="alert"><p>This filter cannot be used.</p><ul>${problems.map(
    ({ name, why }) => html`<li><strong>${LABELS[name]}</strong> (${name}): ${why}</li>`,
  )}</ul></div>`
}

function results(list: List, { sales, next }: SalePage): Html {
  const { given } = list.filters
  if (sales.length === 0) {
    return html`<p class="empty">No sale fits.${given.after && html` <a href="${newest(given)}">To the newest</a>`}</p>`
  }
  return html`<table class="list" role="table">
<caption class="sr">Sales, newest first</caption>
<thead role="rowgroup"><tr role="row">${HEADINGS.map(
    ([name, words]) => html`<th role="columnheader" scope="col" class="${name}">${words}</th>`,
  )}</tr></thead>
<tbody role="rowgroup">
${sales.map((sale) => row(sale, list.amounts.get(sale.saleId)))}
</tbody>
</table>
<nav class="paging" aria-label="Pages">${given.after && html`<a class="button" href="${newest(given)}">Newest</a>`}${
    next !== null &&
    html`<a class="button" rel="next" href="${filterUrl('/audit', given, { after: next })}">Older</a>`
  }</nav>`
}

function newest({ after: _, ...given }: GivenFilters): string {
  return filterUrl('/audit', given)
}

const HEADINGS = [
  ['status-cell', 'Status'],
  ['sale-cell', 'Sale'],
  ['time-cell', 'Requested'],
  ['took', 'Took'],
  ['client-cell', 'Client'],
  ['contact-cell', 'Contact'],
  ['amount', 'Amount'],
  ['failure', 'What failed'],
] as const

function row(sale: ListedSale, amount: string | undefined): Html {
  const { saleId, requestedAt, endedAt, failure } = sale
  const cells: readonly (Html | string)[] = [
    statusTag(sale.status),
    html`<a href="/audit/sales/${saleId}"><span class="sr">Sale ${saleId.slice(0, -SHORT_ID_LENGTH)}</span><span class="mono">${saleId.slice(-SHORT_ID_LENGTH)}</span></a>`,
    timeTag(requestedAt),
    endedAt === null ? '–' : durationText(endedAt - requestedAt),
    sale.client,
    html`<span class="mono">${sale.contactId}</span>`,
    amount ?? '–',
    failure === null
      ? ''
      : html`<strong>${failedStepWords(failure.step)}</strong> <span class="reason">${failure.message}</span>`,
  ]
  return html`<tr role="row">${HEADINGS.map(
    ([name], index) => html`<td role="cell" class="${name}">${cells[index]}</td>`,
  )}</tr>
`
}
