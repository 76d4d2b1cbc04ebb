// A table of sales by outcome: a row for each day, month or client.

import type { SaleTotal } from '../../../../application/desk/sale-totals.port.ts'
import { type Html, html } from '../../../../application/evidence/report/html.ts'
import { PUBLIC_STATUSES, type PublicStatus } from '../../../../application/log/sale-summary.ts'
import { amountText, countText } from '../../../../application/words/numbers.ts'
import type { PageReader } from '../frame/reader.ts'
import { salesIn, sumWords } from '../totals/totals-list.ts'

export type OutcomeRow = {
  readonly name: string
  readonly url: string
  readonly totals: readonly SaleTotal[]
}

/** Only outcomes that some row has are columns. */
export function outcomeTable(
  rows: readonly OutcomeRow[],
  names: { readonly caption: string; readonly row: string },
  reader: PageReader,
): Html {
  const { words, texts } = reader
  const { columns } = texts.period
  const statuses = PUBLIC_STATUSES.filter((status) =>
    rows.some(({ totals }) => salesIn(ofStatus(totals, status)) > 0),
  )
  const count = (totals: readonly SaleTotal[]) => {
    const sales = salesIn(totals)
    return html`<td class="number${sales === 0 && ' none'}">${countText(sales, words)}</td>`
  }
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${names.caption}"><table class="outcomes">
<caption class="sr">${names.caption}</caption>
<thead><tr><th scope="col">${names.row}</th>${statuses.map(
    (status) => html`<th scope="col" class="number">${words.statuses[status]}</th>`,
  )}<th scope="col" class="number">${columns.all}</th><th scope="col" class="number">${columns.amount}</th></tr></thead>
<tbody>
${rows.map(
  ({ name, url, totals }) =>
    html`<tr><th scope="row"><a href="${url}">${name}</a></th>${statuses.map((status) =>
      count(ofStatus(totals, status)),
    )}${count(totals)}<td class="number">${amounts(ofStatus(totals, 'completed'), reader)}</td></tr>
`,
)}</tbody></table></div>`
}

function amounts(completed: readonly SaleTotal[], { words }: PageReader): readonly Html[] {
  return completed
    .filter(({ summed }) => summed > 0)
    .map((total) => html`<span class="sum">${amountText(sumWords(total), words)}</span>`)
}

function ofStatus(totals: readonly SaleTotal[], status: PublicStatus): readonly SaleTotal[] {
  return totals.filter((one) => one.status === status)
}
