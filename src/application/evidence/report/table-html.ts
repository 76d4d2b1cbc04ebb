// Tables of the pages and the reports. Each cell has the name of its column, to be shown where there is no room for columns.

import { type Html, html } from './html.ts'

/** A column by its name. Numbers end at the same place. */
export type Column = string | { readonly number: string }

/** A row below the others: its name over all columns but the last, and the last cell. */
export type Total = readonly [name: string, value: string]

export function htmlTable(
  head: readonly Column[],
  rows: readonly (readonly (Html | string)[])[],
  totals: readonly Total[] = [],
): Html {
  return html`<table class="cards" role="table"><thead role="rowgroup"><tr role="row">${head.map(
    (column) =>
      html`<th role="columnheader" scope="col"${isNumber(column) && NUMBER}>${nameOf(column)}</th>`,
  )}</tr></thead>
<tbody role="rowgroup">${rows.map((cells) => html`<tr role="row">${cells.map((cell, index) => cellOf(cell, head[index]))}</tr>\n`)}</tbody>${
    totals.length > 0 &&
    html`<tfoot role="rowgroup">${totals.map(
      ([name, value]) =>
        html`<tr role="row"><th role="rowheader" scope="row" colspan="${head.length - 1}">${name}</th><td role="cell" class="number">${value}</td></tr>\n`,
    )}</tfoot>`
  }</table>`
}

const NUMBER = html` class="number"`

function cellOf(cell: Html | string, column: Column = ''): Html {
  return html`<td role="cell" data-label="${nameOf(column)}"${isNumber(column) && NUMBER}>${cell}</td>`
}

function isNumber(column: Column): boolean {
  return typeof column !== 'string'
}

function nameOf(column: Column): string {
  return typeof column === 'string' ? column : column.number
}

/** A table of names and values. */
export function facts(rows: readonly (readonly [string, Html | string])[]): Html {
  return html`<table class="pairs" role="table"><tbody role="rowgroup">${rows.map(([name, value]) => html`<tr role="row"><th role="rowheader" scope="row">${name}</th><td role="cell">${value}</td></tr>\n`)}</tbody></table>`
}

export function mono(text: string): Html {
  return html`<span class="mono">${text}</span>`
}
