// The page of one sale.

import { type Html, html } from '../../../../application/evidence/report/html.ts'
import { durationText } from '../../../../application/log/durations.ts'
import type { EventRecord } from '../../../../application/log/event-record.ts'
import { amountWords, handedOverWords } from '../../../../application/log/phrases.ts'
import { publicHistoryJson } from '../../../../application/log/public-json.ts'
import type { SaleHistory, SaleMail } from '../../../../application/log/sale-reader.port.ts'
import { storyOf } from '../../../../application/log/sale-story.ts'
import { trailOf } from '../../../../application/log/sale-trail.ts'
import type { SaleCheck } from '../../../../application/verify/verify-sale.ts'
import type { SaleLine } from '../../../../domain/sale/events.ts'
import type { EpochMs } from '../../../../domain/time.ts'
import { page } from '../frame/layout.ts'
import { statusTag } from '../frame/status.ts'
import { timeTag } from '../frame/times.ts'
import { eventList } from './event-list.ts'
import { lanes } from './lanes.ts'
import { verifiedLine } from './verified.ts'

/** Milliseconds until a page loads again, while a sale goes on, or waits for a person or a mail. */
const MOVING_REFRESH_MS = 1_000
const WAITING_REFRESH_MS = 5_000

/** All that the log has of one sale. Parts with `data-part` are loaded again while it goes on. */
export function salePage(
  sale: SaleHistory,
  {
    mails,
    check,
    now,
  }: {
    readonly mails: readonly SaleMail[]
    readonly check: SaleCheck
    readonly now: EpochMs
  },
): string {
  const refreshMs = refreshOf(sale, mails)
  const trail = trailOf(sale.events)
  const end = sale.atRest ? endOf(sale.events, now) : now
  return page(
    `Sale ${sale.saleId}`,
    html`<div id="live" class="${sale.status}" data-refresh-ms="${refreshMs}">
<p class="back"><a href="/audit">← All sales</a></p>
<div class="head"><h1>Sale <span class="mono">${sale.saleId}</span></h1><span data-part="status">${statusTag(sale.status)}</span></div>
<section class="story" aria-label="What happened"><p data-part="story" aria-live="polite">${story(sale, trail, mails)}</p></section>
<div data-part="verified">${verifiedLine(check)}</div>
${actions(sale.saleId)}
<section aria-labelledby="facts-title"><h2 id="facts-title">Facts</h2><div data-part="facts">${facts(sale, end)}</div></section>
<section aria-labelledby="timeline-title"><h2 id="timeline-title">Timeline</h2><div data-part="timeline">${lanes(sale, trail, end)}</div></section>
<section aria-labelledby="lines-title"><h2 id="lines-title">Products</h2><div data-part="lines">${products(sale.events)}</div></section>
<section aria-labelledby="mails-title"><h2 id="mails-title">Mails to IT</h2><div data-part="mails">${mailList(mails)}</div></section>
<section aria-labelledby="events-title"><h2 id="events-title">Events</h2><div data-part="events">${eventList(sale.events, sale.requestedAt)}</div></section>
<section aria-labelledby="json-title"><h2 id="json-title">JSON</h2><details id="json"><summary>The sale as programs read it</summary><button class="quiet" type="button" data-copy="json-text" hidden>Copy</button><pre id="json-text" tabindex="0" aria-label="The sale as JSON" data-part="json">${JSON.stringify(publicHistoryJson(sale), null, 2)}</pre></details></section>
<p class="asof" data-part="asof">Read from the log at ${timeTag(now)}.${
      refreshMs !== undefined && html` <a href="/audit/sales/${sale.saleId}">Load again</a>`
    }</p>
</div>`,
  )
}

/** `undefined` when nothing more will happen to the sale. */
function refreshOf(sale: SaleHistory, mails: readonly SaleMail[]): number | undefined {
  if (!sale.atRest) return sale.status === 'stuck' ? WAITING_REFRESH_MS : MOVING_REFRESH_MS
  return mails.some(({ sentAt }) => sentAt === null) ? WAITING_REFRESH_MS : undefined
}

function endOf(events: readonly EventRecord[], now: EpochMs): EpochMs {
  const last = events.at(-1)
  return last === undefined ? now : (Date.parse(last.at) as EpochMs)
}

function story(...of: Parameters<typeof storyOf>): Html {
  const { headline, sentences } = storyOf(...of)
  return html`<strong>${headline}</strong> ${sentences.map((part) =>
    typeof part === 'string' ? part : timeTag(part.at),
  )}`
}

function actions(saleId: string): Html {
  return html`<div class="actions"><a class="button" href="/audit/sales/${saleId}/bundle" download>Bundle</a><a class="button" href="/audit/sales/${saleId}.json" download>JSON</a><a class="button" href="/audit/sales/${saleId}.csv" download>CSV of the events</a><button type="button" class="button" id="print" hidden>Print</button></div>`
}

function facts(sale: SaleHistory, end: EpochMs): Html {
  const [requested] = sale.events
  const priced = sale.events.find(({ type }) => type === 'SalePriced')
  return html`<dl class="facts">
${fact('Requested', timeTag(sale.requestedAt))}
${fact('Ended', sale.endedAt === null ? 'not yet' : timeTag(sale.endedAt))}
${fact(sale.endedAt === null ? 'Running for' : 'Took', durationText((sale.endedAt ?? end) - sale.requestedAt))}
${fact('Amount', priced === undefined ? 'not priced' : amountWords(priced.data))}
${fact('Contact', html`<span class="mono">${sale.contactId}</span>`)}
${fact('Idempotency-Key', requested?.data['idempotent'] === true ? 'given' : 'not given')}
${Object.entries(requested?.actor ?? {}).map(([name, value]) => fact(ASKED_BY[name] ?? name, value))}
</dl>`
}

/** What is known of who asked, by the names in the event. */
const ASKED_BY: Readonly<Record<string, string>> = {
  client: 'Client',
  keyId: 'Key',
  requestId: 'Request',
  address: 'Address',
  peer: 'Proxy',
  userAgent: 'User agent',
  software: 'Served by',
}

function fact(name: string, value: Html | string | null): Html {
  return html`<div><dt>${name}</dt><dd>${value ?? 'not known'}</dd></div>`
}

function products(events: readonly EventRecord[]): Html {
  const priced = events.find(({ type }) => type === 'SalePriced')
  if (priced === undefined) return html`<p class="empty">Not priced.</p>`
  // The reader has checked type and version, so that the cast is true.
  const lines = priced.data['lines'] as readonly SaleLine[]
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Product lines"><table>
<thead><tr><th scope="col">Product</th><th scope="col">ID</th><th scope="col" class="number">Quantity</th><th scope="col" class="number">Unit price</th></tr></thead>
<tbody>${lines.map(
    ({ productName, productId, quantity, unitPrice }) =>
      html`<tr><td>${productName}</td><td class="mono">${productId}</td><td class="number">${quantity}</td><td class="number">${unitPrice}</td></tr>`,
  )}</tbody></table></div>`
}

const MAIL_TITLES: Partial<Record<SaleMail['about'], string>> = {
  failed: 'The sale failed',
  stuck: 'A person is needed',
  solved: 'No person is needed any more',
  unreadable: 'Its log cannot be read',
}

function mailList(mails: readonly SaleMail[]): Html {
  if (mails.length === 0) return html`<p class="empty">None: nothing had to be told.</p>`
  return html`<ul class="mails">${mails.map(
    ({ about, createdAt, sentAt, handedOver, attempts, messageId }) =>
      html`<li><p>${MAIL_TITLES[about] ?? about}: ${
        sentAt === null
          ? html`waits since ${timeTag(createdAt)}, ${attempts} failed attempts`
          : html`the mail ${handedOverWords(handedOver)}, at ${timeTag(sentAt)}`
      }</p><p class="meta">Message-ID ${messageId}</p></li>`,
  )}</ul>`
}
