// The lines of a sale as a table, with their totals; before they are priced, what was asked for.

import type { LoggedLines } from '../../log/sale-lines.ts'
import { amountText } from '../../words/numbers.ts'
import type { Words } from '../../words/words.ts'
import { type Html, html } from './html.ts'
import { htmlTable, mono } from './table-html.ts'

export function linesHtml({ lines, priced }: LoggedLines, words: Words): Html {
  const texts = words.report.lines
  if (priced === undefined) {
    return html`<p>${texts.neverPriced}</p>${htmlTable(
      [texts.id, { number: texts.quantity }],
      lines.map(({ productId, quantity }) => [mono(productId), quantity]),
    )}`
  }
  const { currency, sum, amount, differs } = priced
  const inCurrency = (name: string) =>
    ({ number: currency === undefined ? name : `${name} (${currency})` }) as const
  const table = htmlTable(
    [
      ...[texts.product, texts.id, { number: texts.quantity }],
      ...[inCurrency(texts.unitPrice), inCurrency(texts.total)],
    ],
    lines.map(({ productName, productId, quantity, unitPrice, total }) => [
      ...[productName ?? '', mono(productId), quantity],
      amountText(unitPrice ?? '', words),
      total === null ? texts.notReadable : amountText(total, words),
    ]),
    [
      [
        texts.sum,
        sum === undefined ? texts.notReadable : amountText(withCurrency(sum, currency), words),
      ],
      [texts.amount, amountText(amount, words)],
    ],
  )
  return html`${table}${differs && html`<p class="note">${texts.differs}</p>`}`
}

function withCurrency(amount: string, currency: string | undefined): string {
  return currency === undefined ? amount : `${amount} ${currency}`
}
