import type { SaleLine } from '../../../domain/sale/events.ts'
import { STEP_NAMES } from '../../../domain/sale/steps.ts'
import type { EpochMs } from '../../../domain/time.ts'
import type { EventRecord } from '../../log/event-record.ts'
import { actorWords, eventWords } from '../../log/event-words.ts'
import { amountWords, failedStepWords, handedOverIn, handedOverWords } from '../../log/phrases.ts'
import type { SaleHistory, SaleMail } from '../../log/sale-reader.port.ts'
import { storyOf } from '../../log/sale-story.ts'
import { type TrailRecord, trailOf } from '../../log/sale-trail.ts'
import type { WithheldEvent } from '../bundle/bundle-format.ts'
import type { ExportContext } from '../bundle/bundle-parts.ts'
import { type Html, html } from './html.ts'
import { facts, htmlTable, mono, reportPage, utc } from './report-page.ts'

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
  const own = records.filter(({ saleId }) => saleId !== null)
  const mails = records.filter(({ type }) => type === 'MailSent')
  const trail = trailOf(own)
  const sent = [...mails.map(mailOf), ...withheld.map(sharedMail)]
  const { headline, sentences } = storyOf(sale, trail, sent)
  return reportPage(
    context,
    `Sale ${sale.saleId}`,
    html`<p class="verdict"><strong>${headline}</strong> ${sentences.map((part) =>
      typeof part === 'string' ? part : utc(part.at),
    )}</p>
<h2>Who and what</h2>
${who(sale, own)}
<h2>Products and prices</h2>
${products(own)}
<h2>Records in the CRM</h2>
${crmRecords(trail.records)}
<h2>What IT was told</h2>
${mailTable(mails, withheld)}
<h2>Everything that was recorded</h2>
${timeline(records)}
<p class="note">All times are UTC, as the service's clock had them. ${
      sale.atRest
        ? 'The sale is at rest: by the rules of the service nothing can follow.'
        : 'The sale is not at rest: more will follow in the log.'
    }</p>`,
  )
}

function who(sale: SaleHistory, own: readonly EventRecord[]): Html {
  const requested = own.find(({ type }) => type === 'SaleRequested')
  const actor = Object.entries(requested?.actor ?? {})
  return facts([
    ['Sale', mono(sale.saleId)],
    ['Status', sale.status.replaceAll('_', ' ')],
    ['Requested', utc(sale.requestedAt)],
    ['Ended', sale.endedAt === null ? 'not yet' : utc(sale.endedAt)],
    ['Contact in the CRM', mono(sale.contactId)],
    ...actor.map(
      ([name, value]) => [ASKED_BY[name] ?? name, String(value ?? 'not known')] as const,
    ),
    ['Idempotency-Key', requested?.data['idempotent'] === true ? 'given' : 'not given'],
    ...(sale.failure === null
      ? []
      : [
          [
            'Why it failed',
            `${failedStepWords(sale.failure.step)}: ${sale.failure.message}`,
          ] as const,
        ]),
  ])
}

/** The members of an actor, in words. */
const ASKED_BY: Readonly<Record<string, string>> = {
  client: 'Asked for by client',
  keyId: 'With the key (its public id)',
  requestId: 'Request',
  address: 'From the address',
  peer: 'By way of the proxy',
  userAgent: 'User agent',
  software: 'Served by',
}

function products(own: readonly EventRecord[]): Html {
  const priced = own.find(({ type }) => type === 'SalePriced')
  const requested = own.find(({ type }) => type === 'SaleRequested')
  if (priced === undefined) {
    const asked = (requested?.data['products'] ?? []) as readonly Pick<
      SaleLine,
      'productId' | 'quantity'
    >[]
    return html`<p>Never priced. Asked for:</p>${htmlTable(
      ['Product', 'Quantity'],
      asked.map(({ productId, quantity }) => [mono(productId), String(quantity)]),
    )}`
  }
  // The gateway itself recorded this event, so it has these members.
  const lines = priced.data['lines'] as readonly SaleLine[]
  return html`${htmlTable(
    ['Product', 'ID', 'Quantity', 'Unit price'],
    lines.map((line) => [
      line.productName,
      mono(line.productId),
      String(line.quantity),
      line.unitPrice,
    ]),
  )}<p>Amount: ${amountWords(priced.data)}</p>`
}

function crmRecords(records: readonly TrailRecord[]): Html {
  if (records.length === 0) return html`<p>None is known to have been created.</p>`
  return htmlTable(
    ['Record', 'ID', 'Recorded as created', 'Deleted'],
    records.map(({ step, id, isSeen, createdAt, deletedAt }) => [
      STEP_NAMES[step],
      mono(id),
      isSeen ? utc(createdAt) : 'only named by the CRM',
      deletedAt === null ? 'no' : utc(deletedAt),
    ]),
  )
}

function mailTable(mails: readonly EventRecord[], withheld: readonly WithheldEvent[]): Html {
  if (mails.length + withheld.length === 0)
    return html`<p>No mail about this sale was sent so far.</p>`
  const rows = [
    ...mails.map(({ at, data, position }) => [
      utc(at),
      subject(data['about']),
      handedOverWords(handedOverIn(data)),
      mono(String(data['messageId'])),
      `position ${position}`,
    ]),
    ...withheld.map(({ at, about, position }) => [
      utc(at),
      subject(about),
      'not shown',
      'not shown',
      `position ${position}`,
    ]),
  ]
  return html`${htmlTable(['Handed over', 'About', 'The mail', 'Message-ID', 'In the log at'], rows)}${
    withheld.length > 0 &&
    html`<p class="note">Where the Message-ID and the way are not shown, one mail told of several sales. The event about it names the
others, so its text is not in this bundle. That an event is at that position of the log, unchanged since, is proved by its
hash; its time and what it is about are what the service says of it, and the whole log shows them.</p>`
  }`
}

/** What a mail that names a sale can be about. */
const SUBJECTS: Partial<Record<SaleMail['about'], string>> = {
  failed: 'the sale failed',
  stuck: 'a person is needed',
  solved: 'no person is needed any more',
  unreadable: 'its log cannot be read',
}

function subject(about: unknown): string {
  return SUBJECTS[about as SaleMail['about']] ?? String(about)
}

function timeline(records: readonly EventRecord[]): Html {
  return htmlTable(
    ['Time', 'What', 'By', 'Position'],
    records.map((event) => [
      utc(event.at),
      html`${eventWords(event)} <span class="note">${event.type}</span>${calls(event)}`,
      actorWords(event.actor),
      String(event.position),
    ]),
  )
}

/** The calls to the CRM that led to the event, where they are recorded with it. */
function calls(event: EventRecord): Html | undefined {
  const made: unknown = 'calls' in event ? event.calls : undefined
  if (!Array.isArray(made) || made.length === 0) return undefined
  return html`${made.map((call) => html`<br><span class="mono">${JSON.stringify(call)}</span>`)}`
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
