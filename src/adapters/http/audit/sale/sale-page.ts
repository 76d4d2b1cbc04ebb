// The page of one sale.

import { type Html, html } from '../../../../application/evidence/report/html.ts'
import { leftoversHtml } from '../../../../application/evidence/report/leftovers-html.ts'
import { linesHtml } from '../../../../application/evidence/report/lines-html.ts'
import type { EventRecord } from '../../../../application/log/event-record.ts'
import { publicHistoryJson } from '../../../../application/log/public-json.ts'
import { linesOf } from '../../../../application/log/sale-lines.ts'
import type { SaleHistory, SaleMail } from '../../../../application/log/sale-reader.port.ts'
import type { PublicStatus } from '../../../../application/log/sale-summary.ts'
import { type SaleTrail, trailOf } from '../../../../application/log/sale-trail.ts'
import { amountWords, nameIn } from '../../../../application/log/stored-data.ts'
import type { SaleCheck } from '../../../../application/verify/verify-sale.ts'
import { durationText } from '../../../../application/words/durations.ts'
import { amountText } from '../../../../application/words/numbers.ts'
import { storyOf } from '../../../../application/words/sale-story.ts'
import { Time } from '../../../../application/words/sentence.ts'
import type { Term } from '../../../../application/words/terms.ts'
import type { EpochMs } from '../../../../domain/time.ts'
import { csvButtons } from '../downloads/sheet-format.ts'
import { download } from '../frame/download.ts'
import { page } from '../frame/layout.ts'
import type { PageReader } from '../frame/reader.ts'
import { english, shown, termLink, timeTag } from '../frame/shown.ts'
import { statusTag } from '../frame/status.ts'
import { keyUrl } from '../frame/urls.ts'
import type { SaleSection } from '../texts/texts.ts'
import { eventList } from './event-list.ts'
import { lanes } from './lanes.ts'
import { verifiedBy, verifiedLine } from './verified.ts'

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
  reader: PageReader,
): string {
  const texts = reader.texts.sale
  const refreshMs = refreshOf(sale, mails)
  const trail = trailOf(sale.events)
  const end = sale.atRest ? endOf(sale.events, now) : now
  const json = JSON.stringify(publicHistoryJson(sale), null, 2)
  return page(
    reader,
    texts.title(sale.saleId),
    html`<div id="live" class="${sale.status}" data-refresh-ms="${refreshMs}">
<p class="back"><a href="/audit">← ${reader.texts.frame.allSales}</a></p>
<div class="head"><h1>${texts.heading} <span class="mono">${sale.saleId}</span></h1><span data-part="status">${statusTag(sale.status, reader, STATUS_TERMS[sale.status])}</span></div>
<section class="story" aria-label="${texts.whatHappened}"><p data-part="story" aria-live="polite">${story(sale, trail, mails, reader)}</p></section>
<div data-part="verified">${verifiedLine(check, reader)}</div>
${actions(sale.saleId, reader)}
${section('facts', facts(sale, trail, end, reader), reader)}
${section('timeline', lanes(sale, trail, end, reader), reader)}
${section('products', linesHtml(linesOf(sale.events), reader.words), reader)}
${section('mails', mailList(mails, reader), reader)}
${section('events', eventList(sale.events, sale.requestedAt, reader), reader)}
<section aria-labelledby="json-title"><h2 id="json-title">JSON</h2><details id="json"><summary>${texts.jsonSummary}</summary><button class="quiet" type="button" data-copy="json-text" data-copied="${reader.texts.frame.copied}" hidden>${reader.texts.frame.copy}</button><pre id="json-text" lang="en" tabindex="0" aria-label="${texts.jsonLabel}" data-part="json">${json}</pre></details></section>
<p class="asof" data-part="asof">${shown(texts.asOf(new Time(now)), reader)}${
      refreshMs !== undefined && html` <a href="/audit/sales/${sale.saleId}">${texts.loadAgain}</a>`
    }</p>
</div>`,
    html`<span data-part="running">${verifiedBy(check, reader)}</span>`,
  )
}

function section(name: SaleSection, content: Html, reader: PageReader): Html {
  return html`<section aria-labelledby="${name}-title"><h2 id="${name}-title">${shown(reader.texts.sale.sections[name], reader)}</h2><div data-part="${name}">${content}</div></section>`
}

/** What the glossary says of a status. */
const STATUS_TERMS: Readonly<Record<PublicStatus, Term | undefined>> = {
  in_progress: undefined,
  completed: 'completed',
  rolling_back: 'rollback',
  rolled_back: 'rollback',
  stuck: 'stuck',
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

function story(
  sale: SaleHistory,
  trail: SaleTrail,
  mails: readonly SaleMail[],
  reader: PageReader,
): Html {
  const { headline, sentences } = storyOf(sale, trail, mails, reader.words)
  return html`<strong>${headline}</strong> ${shown(sentences, reader)}`
}

function actions(saleId: string, reader: PageReader): Html {
  const { bundle, eventsCsv, print } = reader.texts.sale
  const url = `/audit/sales/${saleId}`
  return html`<div class="actions">${download(`${url}/bundle`, bundle)}${download(`${url}.json`, 'JSON')}${csvButtons(`${url}.csv`, eventsCsv, reader)}<button type="button" class="button" id="print" hidden>${print}</button></div>`
}

function facts(sale: SaleHistory, trail: SaleTrail, end: EpochMs, reader: PageReader): Html {
  const { words } = reader
  const texts = reader.texts.sale.facts
  const { requestedAt, endedAt, failure } = sale
  const { leftovers } = trail
  const [requested] = sale.events
  const priced = sale.events.find(({ type }) => type === 'SalePriced')
  const fact = (name: Html | string, value: Html | string | null) =>
    html`<div><dt>${name}</dt><dd>${value ?? texts.notKnown}</dd></div>`
  const reason = (name: string, value: Html) =>
    html`<div class="reason"><dt>${name}</dt><dd>${value}</dd></div>`
  const { whyFailed, whyStuck } = words.report.facts
  const known = Object.entries(requested?.actor ?? {})
  return html`<dl class="facts">
${fact(texts.requested, timeTag(requestedAt, reader))}
${fact(texts.ended, endedAt === null ? texts.notYet : timeTag(endedAt, reader))}
${fact(endedAt === null ? texts.runningFor : texts.took, durationText((endedAt ?? end) - requestedAt, words))}
${fact(texts.amount, priced === undefined ? texts.notPriced : amountText(amountWords(priced.data), words))}
${fact(shown(texts.contact, reader), html`<span class="mono">${sale.contactId}</span>`)}
${fact(shown(texts.idempotencyKey, reader), requested?.data['idempotent'] === true ? texts.given : texts.notGiven)}
${known.map(([name, value]) => fact(memberName(name, reader), memberValue(name, value)))}
${failure !== null && reason(whyFailed, html`${words.failedSteps[failure.step]}: ${english(failure.message, reader)}`)}
${leftovers.length > 0 && reason(whyStuck, leftoversHtml(leftovers, words))}
</dl>`
}

/** The members of an actor that the glossary explains. */
const MEMBER_TERMS: Readonly<Record<string, Term>> = {
  client: 'client',
  keyId: 'key',
  requestId: 'request-id',
}

/** A key leads to its page. */
function memberValue(name: string, value: string | null): Html | string | null {
  if (name !== 'keyId' || value === null) return value
  return html`<a href="${keyUrl(value)}">${value}</a>`
}

function memberName(name: string, { words }: PageReader): Html | string {
  const text = nameIn(words.actors.members, name)
  const term = MEMBER_TERMS[name]
  return term === undefined ? text : termLink(term, text)
}

function mailList(mails: readonly SaleMail[], reader: PageReader): Html {
  const { words } = reader
  const texts = reader.texts.sale.mails
  if (mails.length === 0) return html`<p class="empty">${texts.none}</p>`
  return html`<ul class="mails">${mails.map((mail) => {
    const { about, createdAt, sentAt, handedOver, attempts, messageId } = mail
    const title = nameIn(words.mails.titles, about)
    const said =
      sentAt === null
        ? texts.waits(title, new Time(createdAt), attempts)
        : texts.sent(title, words.mails.handedOver(handedOver), new Time(sentAt))
    return html`<li><p>${shown(said, reader)}</p><p class="meta">${texts.messageId(messageId)}</p></li>`
  })}</ul>`
}
