// The page of a period: what its sales add up to by day, outcome and client, which failed, and its files.

import type { ClientTotals, SaleTotal } from '../../../../application/desk/sale-totals.port.ts'
import { type Html, html } from '../../../../application/evidence/report/html.ts'
import type { PlacedSale } from '../../../../application/log/sale-reader.port.ts'
import { countText } from '../../../../application/words/numbers.ts'
import { dayText, shortTimeText } from '../../../../application/words/zone.ts'
import type { SaleId } from '../../../../domain/ids.ts'
import {
  add,
  type DecimalText,
  formatDecimal,
  parseDecimal,
  ZERO,
} from '../../../../domain/money.ts'
import type { EpochMs } from '../../../../domain/time.ts'
import { csvButtons } from '../downloads/sheet-format.ts'
import { periodFields, problemNotice } from '../fields/period.ts'
import { download } from '../frame/download.ts'
import { page } from '../frame/layout.ts'
import type { PageReader } from '../frame/reader.ts'
import { statusTag } from '../frame/status.ts'
import { formUrl } from '../frame/urls.ts'
import { WHICH } from '../list/filters.ts'
import { salesTable } from '../list/sales-table.ts'
import { PERIOD, presetLinks } from '../totals/presets.ts'
import { salesIn, totalsList } from '../totals/totals-list.ts'
import { chart } from './chart.ts'
import { outcomeTable } from './outcome-table.ts'
import type { AskedPeriod, Period } from './period.ts'

/** Clients that are listed. */
const CLIENTS_MAX = 100

/** The outcomes of sales that failed. */
export const FAILED_STATUSES = ['stuck', 'rolling_back', 'rolled_back'] as const

export type PeriodData = {
  readonly period: Period
  /** Of each day or month. */
  readonly parts: readonly (readonly SaleTotal[])[]
  readonly clients: readonly ClientTotals[]
  /** The newest of those that failed. */
  readonly failed: readonly PlacedSale[]
  readonly amounts: ReadonlyMap<SaleId, string>
}

export function periodPage(
  asked: AskedPeriod,
  data: PeriodData | undefined,
  now: EpochMs,
  reader: PageReader,
): string {
  const texts = reader.texts.period
  return page(
    reader,
    texts.title,
    html`<div class="head"><h1>${data === undefined ? texts.title : heading(data.period, reader)}</h1></div>
${data !== undefined && html`<p class="lead">${texts.lead(reader.zone.name)}</p>`}
<p class="quick">${presetLinks(now, reader)}</p>
${form(asked, reader)}
${data !== undefined && sections(data, reader)}`,
  )
}

/** Title and times; no line breaks within a time. */
function heading(period: Period, { texts, zone }: PageReader): Html {
  const time = (name: 'from' | 'to') => html`<time>${timeOf(period, name, zone)}</time>`
  return html`${texts.period.title} ${time('from')} – ${time('to')}`
}

function timeOf(period: Period, name: 'from' | 'to', zone: PageReader['zone']): string {
  return shortTimeText(zone, period[name], WHICH[name])
}

function form({ form: fields, period }: AskedPeriod, reader: PageReader): Html {
  const names = reader.texts.period
  const times = period ?? { from: undefined, to: undefined }
  return html`${problemNotice(fields.problems, reader)}<div class="filters"><form method="get" action="${PERIOD}" aria-label="${names.form}">
${periodFields(fields, times, reader)}
<div class="submit"><button type="submit">${names.show}</button></div>
</form></div>`
}

function sections(data: PeriodData, reader: PageReader): Html {
  const { period, parts, clients } = data
  const texts = reader.texts.period
  const address = addressOf(period, reader)
  const totals = parts.flat()
  if (salesIn(totals) === 0) {
    return html`<p class="empty">${texts.none}</p>${files(address, reader)}`
  }
  const named = parts.map((its, index) => ({ ...partOf(period, index, reader), totals: its }))
  const { unit } = period
  return html`${totalsList(together(totals), reader, (status) => formUrl('/audit', { ...address, status }))}
${chart(named, unit, reader)}
${section(texts.byDay[unit], outcomeTable(named, { caption: texts.byDay[unit], row: texts.columns[unit] }, reader))}
${section(texts.byClient, byClient(clients, address, reader))}
${section(texts.failed, failures(data, totals, address, reader))}
${files(address, reader)}`
}

function section(title: string, content: Html): Html {
  return html`<section class="part"><h2>${title}</h2>${content}</section>`
}

type Address = { readonly from: string; readonly to: string; readonly zone: string }

function addressOf(period: Period, { zone }: PageReader): Address {
  return { from: timeOf(period, 'from', zone), to: timeOf(period, 'to', zone), zone: zone.name }
}

/** The name of a day or month, and where it leads: a month to its days, a day to its sales. */
function partOf({ bounds, unit }: Period, index: number, reader: PageReader) {
  const [from, to] = [bounds[index], bounds[index + 1]] as [EpochMs, EpochMs]
  const day = dayText(reader.zone, from)
  const address = addressOf({ from, to, unit, bounds }, reader)
  return unit === 'day'
    ? { name: day, url: formUrl('/audit', address) }
    : { name: day.slice(0, '2026-03'.length), url: formUrl(PERIOD, address) }
}

function byClient(clients: readonly ClientTotals[], address: Address, reader: PageReader): Html {
  const { byClient: caption, columns, moreClients } = reader.texts.period
  const rows = clients.slice(0, CLIENTS_MAX).map(({ client, totals }) => ({
    name: client,
    url: formUrl('/audit', { ...address, client }),
    totals,
  }))
  const [shown, all] = [rows.length, clients.length].map((count) => countText(count, reader.words))
  return html`${clients.length > CLIENTS_MAX && html`<p class="meta">${moreClients(shown ?? '', all ?? '')}</p>`}${outcomeTable(rows, { caption, row: columns.client }, reader)}`
}

function failures(
  { failed, amounts }: PeriodData,
  totals: readonly SaleTotal[],
  address: Address,
  reader: PageReader,
): Html {
  const texts = reader.texts.period
  if (failed.length === 0) return html`<p class="empty">${texts.noneFailed}</p>`
  const salesOf = (status: string) => salesIn(totals.filter((one) => one.status === status))
  const statuses = FAILED_STATUSES.filter((status) => salesOf(status) > 0)
  const all = statuses.reduce((sum, status) => sum + salesOf(status), 0)
  const [shown, every] = [failed.length, all].map((count) => countText(count, reader.words))
  const more = html`<p class="more">${texts.moreFailed(shown ?? '', every ?? '')} ${statuses.map(
    (status) =>
      html`<a href="${formUrl('/audit', { ...address, status })}">${statusTag(status, reader)}</a> `,
  )}</p>`
  return html`${all > failed.length && more}${salesTable(failed, amounts, texts.failedCaption, reader)}`
}

function files(address: Address, reader: PageReader): Html {
  const { take, bundle, bundleWords, salesCsv, eventsCsv } = reader.texts.period
  // The buttons of both tables have the same names: the group says of which one they are.
  const group = (label: string, path: string) =>
    html`<div class="actions" role="group" aria-label="${label}">${csvButtons(formUrl(path, address), label, reader)}</div>`
  return section(
    take,
    html`<div class="actions">${download(formUrl(`${PERIOD}/bundle`, address), bundle)}</div><p class="meta">${bundleWords}</p>
${group(salesCsv, '/audit/sales.csv')}
${group(eventsCsv, `${PERIOD}/events.csv`)}`,
  )
}

/** The totals of several spans as one, by status and currency. */
function together(totals: readonly SaleTotal[]): readonly SaleTotal[] {
  return [...Map.groupBy(totals, ({ status, currency }) => `${status} ${currency ?? ''}`)]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, its]) => {
      const [first] = its
      return first === undefined ? [] : { ...first, ...summed(its) }
    })
}

function summed(totals: readonly SaleTotal[]): Pick<SaleTotal, 'sales' | 'summed' | 'sum'> {
  const count = (name: 'sales' | 'summed') => totals.reduce((sum, one) => sum + one[name], 0)
  const sum = totals.map((one) => parseDecimal(one.sum) ?? ZERO).reduce(add, ZERO)
  return { sales: count('sales'), summed: count('summed'), sum: formatDecimal(sum) as DecimalText }
}
