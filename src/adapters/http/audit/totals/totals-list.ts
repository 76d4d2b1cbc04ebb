// Shows how many sales there are and what they add up to, by status and currency.

import type { SaleTotal } from '../../../../application/desk/sale-totals.port.ts'
import { type Html, html } from '../../../../application/evidence/report/html.ts'
import { PUBLIC_STATUSES, type PublicStatus } from '../../../../application/log/sale-summary.ts'
import { amountWords } from '../../../../application/log/stored-data.ts'
import { amountText, countText } from '../../../../application/words/numbers.ts'
import type { PageReader } from '../frame/reader.ts'
import { statusTag } from '../frame/status.ts'

/** The totals of some sales; each status leads to its own, where `urlOf` has an address. */
export function totalsList(
  totals: readonly SaleTotal[],
  reader: PageReader,
  urlOf: (status: PublicStatus) => string | undefined,
): Html {
  const texts = reader.texts.totals
  const byStatus = Map.groupBy(totals, ({ status }) => status)
  const item = (status: PublicStatus) => {
    const its = byStatus.get(status) ?? []
    const url = urlOf(status)
    const count = salesText(its, reader)
    return its.length === 0
      ? ''
      : html`<div><dt>${statusTag(status, reader)}</dt><dd class="count">${
          url === undefined ? count : html`<a href="${url}">${count}</a>`
        }</dd>${sumLines(its, reader)}</div>
`
  }
  return html`<section class="totals" aria-label="${texts.title}"><dl>
<div><dt>${texts.all}</dt><dd class="count">${salesText(totals, reader)}</dd></div>
${PUBLIC_STATUSES.map(item)}</dl>${
    notSummedIn(totals) > 0 && html`<p class="meta">${texts.whyNotSummed}</p>`
  }</section>`
}

function salesText(totals: readonly SaleTotal[], { texts, words }: PageReader): string {
  const count = salesIn(totals)
  return texts.totals.sales(count, countText(count, words))
}

/** The sums, one a currency, and how many sales are in none of them. */
function sumLines(totals: readonly SaleTotal[], { texts, words }: PageReader): Html {
  const unsummed = notSummedIn(totals)
  return html`${totals.map(
    (total) => total.summed > 0 && html`<dd>${amountText(sumWords(total), words)}</dd>`,
  )}${unsummed > 0 && html`<dd class="unsummed">${texts.totals.notSummed(countText(unsummed, words))}</dd>`}`
}

/** A sum with its currency, as the log writes amounts. */
export function sumWords({ sum, currency }: SaleTotal): string {
  return amountWords({ amount: sum, currency })
}

export function salesIn(totals: readonly SaleTotal[]): number {
  return totals.reduce((all, { sales }) => all + sales, 0)
}

function notSummedIn(totals: readonly SaleTotal[]): number {
  return totals.reduce((all, { sales, summed }) => all + sales - summed, 0)
}
