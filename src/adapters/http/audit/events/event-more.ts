// What an event of no sale has beside its sentence: numbers, and links to what it names.

import { type Html, html } from '../../../../application/evidence/report/html.ts'
import type { EventRecord } from '../../../../application/log/event-record.ts'
import { durationText } from '../../../../application/words/durations.ts'
import { Time, timeIn } from '../../../../application/words/sentence.ts'
import { parseSaleId, type SaleId } from '../../../../domain/ids.ts'
import type { EpochMs } from '../../../../domain/time.ts'
import type { PageReader } from '../frame/reader.ts'
import { english, shown } from '../frame/shown.ts'
import { EVENTS, keyUrl, periodUrl, saleUrl } from '../frame/urls.ts'
import type { AccountTimes, ShutTime } from './account-times.ts'

/** Keys, sales and addresses that an event names, of which so many are shown. */
const NAMED_MAX = 20

/** The stored data of an event was not checked when it was read, so each member may be anything. */
type Data = EventRecord['data']

/** The paragraphs and links under the sentence of an event. */
export function eventMore(
  event: EventRecord,
  accountTimes: AccountTimes,
  reader: PageReader,
): readonly Html[] {
  const { type, data } = event
  const links = [
    ...keysOf(event).map((id) => link(keyUrl(id), reader.texts.events.key(id))),
    ...salesOf(data).map((id) => link(saleUrl(id), reader.texts.events.sale(id))),
  ]
  return [
    ...(type === 'ApiKeyCreated' ? [scopes(data, reader)] : []),
    ...(type === 'SignInsFailed' ? signIns(data, reader) : []),
    ...(type === 'LogLossAccepted' ? [loss(data, reader)] : []),
    ...(type === 'CrmAccountShut' ? shut(event, accountTimes, reader) : []),
    ...(type === 'AuditExported' && data['what'] === 'range' ? [exported(data, reader)] : []),
    ...(links.length > 0 ? [html`<p class="leads">${links}</p>`] : []),
  ]
}

function link(url: string, text: string): Html {
  return html`<a href="${url}">${text}</a> `
}

/** The keys that an event names, or that caused it. */
export function keysOf({ actor, data }: EventRecord): readonly string[] {
  const by = 'keyId' in actor ? actor.keyId : undefined
  const seen = listIn(data, 'keys').map(({ keyId }) => keyId)
  const ids = [data['keyId'], data['newKeyId'], ...seen, by]
  return [...new Set(ids.filter((id) => typeof id === 'string'))].slice(0, NAMED_MAX)
}

function salesOf({ saleId, saleIds }: Data): readonly SaleId[] {
  const ids = [saleId, ...(Array.isArray(saleIds) ? saleIds : [])]
  return [...new Set(ids.flatMap((id) => parseSaleId(String(id)) ?? []))].slice(0, NAMED_MAX)
}

function listIn(data: Data, name: string): readonly Readonly<Record<string, unknown>>[] {
  const list = data[name]
  return Array.isArray(list) ? list.filter((one) => typeof one === 'object' && one !== null) : []
}

function scopes({ scopes: names, expiresAt }: Data, reader: PageReader): Html {
  const { keys } = reader.texts
  const list = Array.isArray(names) && names.length > 0 && english(names.join(', '), reader)
  const until = expiresAt === null ? keys.never : shown(keys.until(timeIn(expiresAt)), reader)
  return html`<p class="meta">${keys.scopes}: ${list || keys.noScope} · ${keys.expires}: ${until}</p>`
}

function signIns(data: Data, { texts }: PageReader): readonly Html[] {
  const names = texts.events.signIns
  const reasons = Object.entries(names.reasons)
    .map(([reason, words]) => [words, countIn(data['reasons'], reason)] as const)
    .filter(([, count]) => count > 0)
    .map(([words, count]) => `${words}: ${count}`)
  const others = countIn(data, 'fromOtherAddresses')
  const addresses = [
    ...listIn(data, 'addresses').map(({ address, count }) => `${address}: ${count}`),
    ...(others > 0 ? [`${names.others}: ${others}`] : []),
  ]
  return [reasons, addresses.slice(0, NAMED_MAX)]
    .filter(({ length }) => length > 0)
    .map((parts) => html`<p class="meta">${parts.join(' · ')}</p>`)
}

function countIn(data: unknown, name: string): number {
  const count = (data as Data | undefined)?.[name]
  return typeof count === 'number' ? count : 0
}

function loss({ checkpointSize, logSize }: Data, { texts }: PageReader): Html {
  const before = typeof checkpointSize === 'number' ? checkpointSize : undefined
  return html`<p class="meta">${texts.events.loss(before, Number(logSize))}</p>`
}

/** How long the account was shut, and what happened meanwhile. */
function shut({ at, position }: EventRecord, times: AccountTimes, reader: PageReader): Html[] {
  const { words, texts } = reader
  const { shutUntil, stillShut, whileShut, eventsThen, salesThen } = texts.events
  const from = Date.parse(at) as EpochMs
  const time = times.get(position)
  const to = time?.openAt
  const lasted =
    to === undefined ? stillShut : shutUntil(new Time(to), durationText(to - from, words))
  return [
    html`<p class="meta">${shown(lasted, reader)} ${whileShut}</p>`,
    html`<p class="leads">${link(periodUrl(EVENTS, from, to), eventsThen)}${link(periodUrl('/audit', from, to), salesThen)}</p>`,
    ...(time === undefined ? [] : meanwhile(time, reader)),
  ]
}

/** Sales that were asked for before, and had events while the account was shut: none of the links above has them. */
function meanwhile({ sales, isWhole }: ShutTime, { texts }: PageReader): Html[] {
  const { salesMeanwhile, noSaleMeanwhile, othersMeanwhile, sale } = texts.events
  const listed = sales.slice(0, NAMED_MAX)
  const others = !isWhole || listed.length < sales.length ? ` ${othersMeanwhile}` : ''
  if (listed.length === 0)
    return [html`<p class="meta">${others === '' ? noSaleMeanwhile : others}</p>`]
  return [
    html`<p class="meta">${salesMeanwhile}${others}</p>`,
    html`<p class="leads">${listed.map((id) => link(saleUrl(id), sale(id)))}</p>`,
  ]
}

function exported({ from, to }: Data, { texts }: PageReader): Html {
  const url = `/audit?${new URLSearchParams({ from: String(from), to: String(to) })}`
  return html`<p class="leads">${link(url, texts.events.salesThen)}</p>`
}
