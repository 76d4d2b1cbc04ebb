import type { EpochMs } from '../../../domain/time.ts'
import type { EventRecord } from '../../log/event-record.ts'
import { linesOf } from '../../log/sale-lines.ts'
import type { SaleHistory, SaleMail } from '../../log/sale-reader.port.ts'
import { type SaleTrail, type TrailRecord, trailOf } from '../../log/sale-trail.ts'
import { handedOverIn, nameIn } from '../../log/stored-data.ts'
import { actorWords, eventWords } from '../../words/event-words.ts'
import type { Reader } from '../../words/reader.ts'
import { storyOf } from '../../words/sale-story.ts'
import { say, timeIn } from '../../words/sentence.ts'
import type { WithheldEvent } from '../bundle/bundle-format.ts'
import type { ExportContext } from '../bundle/bundle-parts.ts'
import { callHtml } from './call-html.ts'
import { type Html, html } from './html.ts'
import { leftoversHtml } from './leftovers-html.ts'
import { linesHtml } from './lines-html.ts'
import { reportPage, reportSentence, reportTime } from './report-page.ts'
import { quoted } from './sentence-html.ts'
import { facts, htmlTable, mono } from './table-html.ts'

/**
 * The report on one sale, to be printed.
 *
 * @param records the events of the sale, and the mails about it alone
 * @param withheld the mails about several sales, of which this sale is one
 */
export function saleReport(
  context: ExportContext,
  sale: SaleHistory,
  records: readonly EventRecord[],
  withheld: readonly WithheldEvent[],
): string {
  const { reader } = context
  const { report } = reader.words
  const own = records.filter(({ saleId }) => saleId !== null)
  const mails = records.filter(({ type }) => type === 'MailSent')
  const trail = trailOf(own)
  const sent = [...mails.map(mailOf), ...withheld.map(sharedMail)]
  const { headline, sentences } = storyOf(sale, trail, sent, reader.words)
  return reportPage(
    context,
    report.saleTitle(sale.saleId),
    html`<p class="verdict"><strong>${headline}</strong> ${reportSentence(sentences, reader)}</p>
<h2>${report.whoAndWhat}</h2>
${who(sale, own, trail, reader)}
<h2>${report.products}</h2>
${linesHtml(linesOf(own), reader.words)}
<h2>${report.records}</h2>
${crmRecords(trail.records, reader)}
<h2>${report.mails}</h2>
${mailTable(mails, withheld, reader)}
<h2>${report.timeline}</h2>
${timeline(records, reader)}
<p class="note">${report.timesNote(reader.zone.name, sale.atRest)}</p>`,
  )
}

function who(
  sale: SaleHistory,
  own: readonly EventRecord[],
  { leftovers }: SaleTrail,
  reader: Reader,
): Html {
  const { words } = reader
  const texts = words.report.facts
  const requested = own.find(({ type }) => type === 'SaleRequested')
  const actor = Object.entries(requested?.actor ?? {})
  const { failure } = sale
  return facts([
    [texts.sale, mono(sale.saleId)],
    [texts.status, words.statuses[sale.status]],
    [texts.requested, reportTime(sale.requestedAt, reader)],
    [texts.ended, sale.endedAt === null ? texts.notEnded : reportTime(sale.endedAt, reader)],
    [texts.contact, mono(sale.contactId)],
    ...actor.map(
      ([name, value]) =>
        [nameIn(words.actors.members, name), String(value ?? texts.notKnown)] as const,
    ),
    [texts.idempotencyKey, requested?.data['idempotent'] === true ? texts.given : texts.notGiven],
    ...(failure === null
      ? []
      : [
          [
            texts.whyFailed,
            html`${words.failedSteps[failure.step]}: ${quoted(failure.message, words)}`,
          ] as const,
        ]),
    ...(leftovers.length === 0 ? [] : [[texts.whyStuck, leftoversHtml(leftovers, words)] as const]),
  ])
}

function crmRecords(records: readonly TrailRecord[], reader: Reader): Html {
  const texts = reader.words.report.crm
  if (records.length === 0) return html`<p>${texts.none}</p>`
  return htmlTable(
    [texts.record, texts.id, texts.created, texts.deleted],
    records.map(({ step, id, isSeen, createdAt, deletedAt }) => [
      reader.words.steps[step],
      mono(id),
      isSeen ? reportTime(createdAt, reader) : texts.onlyNamed,
      deletedAt === null ? texts.notDeleted : reportTime(deletedAt, reader),
    ]),
  )
}

function mailTable(
  mails: readonly EventRecord[],
  withheld: readonly WithheldEvent[],
  reader: Reader,
): Html {
  const { words } = reader
  const texts = words.report.mail
  if (mails.length + withheld.length === 0) return html`<p>${texts.none}</p>`
  const rows = [
    ...mails.map(({ at, data, position }) => [
      reportSentence(say`${timeIn(at)}`, reader),
      nameIn(texts.subjects, data['about']),
      words.mails.handedOver(handedOverIn(data)),
      mono(String(data['messageId'])),
      texts.position(position),
    ]),
    ...withheld.map(({ at, about, position }) => [
      reportSentence(say`${timeIn(at)}`, reader),
      nameIn(texts.subjects, about),
      texts.notShown,
      texts.notShown,
      texts.position(position),
    ]),
  ]
  const head = [texts.at, texts.about, texts.way, 'Message-ID', texts.place]
  return html`${htmlTable(head, rows)}${
    withheld.length > 0 && html`<p class="note">${texts.withheldNote}</p>`
  }`
}

function timeline(records: readonly EventRecord[], reader: Reader): Html {
  const { words } = reader
  const texts = words.report.events
  return htmlTable(
    [texts.time, texts.what, texts.by, texts.position],
    records.map((event) => [
      reportSentence(say`${timeIn(event.at)}`, reader),
      html`${reportSentence(eventWords(event, words), reader)} <span class="note">${quoted(event.type, words)}</span>${calls(event, reader)}`,
      actorWords(event.actor, words),
      String(event.position),
    ]),
  )
}

/** The calls to the CRM that led to the event, where they are recorded with it. */
function calls({ calls: made = [] }: EventRecord, reader: Reader): Html {
  return html`${made.map(
    (call) =>
      html`<br>${reportSentence(say`${timeIn(call.at)}`, reader)}: ${callHtml(call, reader.words)}`,
  )}`
}

function mailOf({ at, data }: EventRecord): SaleMail {
  const sentAt = Date.parse(at) as EpochMs
  // The gateway itself recorded this event, so it is about one of these.
  const about = data['about'] as SaleMail['about']
  const messageId = String(data['messageId'])
  const handedOver = handedOverIn(data)
  return { messageId, about, createdAt: sentAt, attempts: 0, sentAt, handedOver }
}

function sharedMail({ at, about }: WithheldEvent): SaleMail {
  return mailOf({ at, data: { about, messageId: '' } } as unknown as EventRecord)
}
