// Draws how many sales of each outcome a period has, by its days or months; a table says the same.

import type { SaleTotal } from '../../../../application/desk/sale-totals.port.ts'
import { type Html, html } from '../../../../application/evidence/report/html.ts'
import { PUBLIC_STATUSES, type PublicStatus } from '../../../../application/log/sale-summary.ts'
import { countText } from '../../../../application/words/numbers.ts'
import type { PageReader } from '../frame/reader.ts'
import { salesIn } from '../totals/totals-list.ts'

/** A day or a month: its name, and its totals. */
export type PeriodPart = { readonly name: string; readonly totals: readonly SaleTotal[] }

/** Pixels of the bars at their highest, and of the labels below them. Across, all is in percent. */
const HEIGHT = 180
const LABEL_HEIGHT = 24
const LABEL_BASE = HEIGHT + 18

/** The share of its place that a bar takes. */
const BAR = 0.8

/** The outcomes from the bottom up: those that need somebody are the last to be overlooked. */
const LAYERS: readonly PublicStatus[] = [
  'completed',
  'rolled_back',
  'in_progress',
  'rolling_back',
  'stuck',
]

/** Labels below the drawing, at most: the first, and some at equal distances. */
const LABELS_MAX = 4

/** A label that begins farther to the right, as a share of the width, would not fit at 390 pixels. */
const LABEL_BEGIN_MAX = 0.76

export function chart(
  parts: readonly PeriodPart[],
  unit: 'day' | 'month',
  reader: PageReader,
): Html {
  const { words, texts } = reader
  const most = Math.max(1, ...parts.map(({ totals }) => salesIn(totals)))
  const top = roundUp(most)
  const shown = PUBLIC_STATUSES.filter((status) =>
    parts.some(({ totals }) => totals.some((one) => one.status === status)),
  )
  const { title, drawing } = texts.period.chart
  return html`<figure class="chart"><figcaption><span class="chart-title">${title[unit]}</span><ul class="legend">${shown.map(
    (status) =>
      html`<li><svg class="swatch" width="12" height="12" viewBox="0 0 12 12" aria-hidden="true"><rect class="bar ${status}" width="12" height="12" rx="2"/></svg>${words.statuses[status]}</li>`,
  )}</ul></figcaption>
<div class="plot"><span class="top-label" aria-hidden="true">${countText(top, words)}</span><span class="zero-label" aria-hidden="true">0</span>
<svg class="bars" width="100%" height="${HEIGHT + LABEL_HEIGHT}" role="img" aria-label="${drawing(countText(most, words))}">
${[0, HEIGHT / 2, HEIGHT].map((y) => html`<line class="grid" x1="0" x2="100%" y1="${y}" y2="${y}"/>`)}
${parts.map((part, index) => bars(part, index / parts.length, 1 / parts.length, top))}
${labels(parts)}</svg></div></figure>`
}

/** The bar of a part, whose place begins at this share of the width and is so wide. */
function bars({ totals }: PeriodPart, begin: number, width: number, top: number): Html {
  let below = 0
  return html`${LAYERS.map((status) => {
    const height = (salesIn(totals.filter((one) => one.status === status)) / top) * HEIGHT
    if (height === 0) return ''
    below += height
    const x = percent(begin + (width * (1 - BAR)) / 2)
    return html`<rect class="bar ${status}" x="${x}" y="${(HEIGHT - below).toFixed(2)}" width="${percent(width * BAR)}" height="${height.toFixed(2)}"/>`
  })}`
}

/** The names of some parts, each under the begin of its bar. */
function labels(parts: readonly PeriodPart[]): Html {
  const step = Math.ceil(parts.length / LABELS_MAX)
  return html`${parts.map(({ name }, index) => {
    const begin = (index + (1 - BAR) / 2) / parts.length
    if (index % step !== 0 || begin > LABEL_BEGIN_MAX) return ''
    return html`<text x="${percent(begin)}" y="${LABEL_BASE}">${name}</text>`
  })}`
}

function percent(share: number): string {
  return `${(share * 100).toFixed(3)}%`
}

/** The next number up that is 1, 2 or 5 with noughts, so that the scale reads well. */
function roundUp(most: number): number {
  const power = 10 ** Math.floor(Math.log10(most))
  return [1, 2, 5, 10].map((one) => one * power).find((top) => top >= most) ?? most
}
