// Shows sales as a table, which at a narrow screen is a card for each.

import { type Html, html } from '../../../../application/evidence/report/html.ts'
import type { ListedSale } from '../../../../application/log/sale-reader.port.ts'
import { durationText } from '../../../../application/words/durations.ts'
import { amountText } from '../../../../application/words/numbers.ts'
import type { SaleId } from '../../../../domain/ids.ts'
import type { PageReader } from '../frame/reader.ts'
import { english, termLink, timeTag } from '../frame/shown.ts'
import { statusTag } from '../frame/status.ts'
import type { ListColumn } from '../texts/texts.ts'

/** Characters of a sale id that a row shows; a screen reader reads all of it. */
const SHORT_ID_LENGTH = 8

export function salesTable(
  sales: readonly ListedSale[],
  amounts: ReadonlyMap<SaleId, string>,
  caption: string,
  reader: PageReader,
): Html {
  return html`<table class="list" role="table">
<caption class="sr">${caption}</caption>
<thead role="rowgroup"><tr role="row">${COLUMNS.map(
    ([column, style]) =>
      html`<th role="columnheader" scope="col" class="${style}">${heading(column, reader.texts.list.columns)}</th>`,
  )}</tr></thead>
<tbody role="rowgroup">
${sales.map((sale) => row(sale, amounts.get(sale.saleId), reader))}
</tbody>
</table>`
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
    amount: amount === undefined ? '–' : amountText(amount, words),
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
