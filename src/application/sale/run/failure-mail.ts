// The mails about a sale that failed, or that is stuck.
import type {
  CompensationRequired,
  Leftover,
  SaleEvent,
  SaleStuck,
} from '../../../domain/sale/events.ts'
import { firstIdsOf } from '../../../domain/sale/evolve.ts'
import type { CallResult, Outcome } from '../../../domain/sale/outcome.ts'
import type { Sale } from '../../../domain/sale/state.ts'
import { type CreateStep, type FailedStep, STEP_NAMES } from '../../../domain/sale/steps.ts'
import type { Crm } from '../../crm/crm.port.ts'
import type { NewMail } from '../../mail/outbox.port.ts'

/** Characters of a reason in a mail. */
const REASON_LENGTH_MAX = 300

/** Bytes of a line in a mail. */
const LINE_BYTES_MAX = 990

/** Bytes of `…`, which ends a line that was cut. */
const ELLIPSIS_BYTES = 3

const STEP_TITLES: Readonly<Record<FailedStep, string>> = {
  ...STEP_NAMES,
  contact: 'contact',
  products: 'products',
  deadline: 'deadline',
  interrupted: 'interrupted',
}

export type MailDetails = {
  /** What stands behind the `@` of a message id. */
  readonly mailDomain: string
  /** What the CRM calls the modules that hold the records of each step. */
  readonly modules: Crm['modules']
  /** What the events came of. It holds the organisation's own words; a mail is the only place for them. */
  readonly outcome: Outcome
}

/**
 * The mails about new events: one for every failed sale, with
 * `CompensationRequired`, and another one with `SaleStuck`.
 *
 * @param sale the sale after these events
 */
export function mailsFor(
  sale: Sale,
  events: readonly SaleEvent[],
  details: MailDetails,
): readonly NewMail[] {
  return events.flatMap((event) => {
    if (event.type === 'CompensationRequired') return [failureMail(sale, event, details)]
    if (event.type === 'SaleStuck') return [stuckMail(sale, event, details)]
    return []
  })
}

/** The organisation's own words about the call that failed; of two reads, about the refused one. */
function ownWordsIn(outcome: Outcome): string | undefined {
  const failed = resultsOf(outcome).filter((result) => result.type !== 'done')
  return (failed.find(({ type }) => type === 'refused') ?? failed[0])?.ownWords
}

function resultsOf(outcome: Outcome): readonly CallResult<unknown>[] {
  if (outcome.type === 'termsRead') return [outcome.contact, outcome.products]
  if (outcome.type === 'contactRead') return [outcome.contact]
  return 'result' in outcome ? [outcome.result] : []
}

function failureMail(
  sale: Sale,
  event: CompensationRequired,
  { mailDomain, outcome }: MailDetails,
): NewMail {
  const { failedStep, reason } = event.data
  const unanswered = 'unanswered' in sale ? sale.unanswered : []
  const idLine = (step: CreateStep) => {
    const id = firstIdsOf(sale)[step]
    if (id !== null) return id
    return unanswered.some((entry) => entry.step === step) ? 'not known' : 'not created'
  }
  const why = withOwnWords(reason, ownWordsIn(outcome))
  const facts = [
    cutLine(`Error Message: ${STEP_TITLES[failedStep]}: ${why}`),
    `Deal ID: ${idLine('deal')}`,
    `Quote ID: ${idLine('quote')}`,
    `Sales Order ID: ${idLine('salesOrder')}`,
    `Sale ID: ${sale.saleId}`,
  ].join('\n')
  return {
    messageId: `${sale.saleId}.failed@${mailDomain}`,
    about: 'failed',
    saleId: sale.saleId,
    subject: `Sale ${sale.saleId} failed (${STEP_TITLES[failedStep]})`,
    text: failureText('A sale failed and is rolled back.', [facts]),
    facts,
    createdAt: event.at,
  }
}

/** The subject and text of one mail about several failed sales, given the lines about each. */
export function collectedFailures(facts: readonly string[]): Pick<NewMail, 'subject' | 'text'> {
  const subject = `${facts.length} sales failed`
  return { subject, text: failureText(`${subject} and are rolled back.`, facts) }
}

function failureText(opening: string, facts: readonly string[]): string {
  return [
    opening,
    '',
    ...facts.flatMap((lines) => [lines, '']),
    'What was created is being deleted; "not known" was sent and never answered, and is looked',
    'for. A further mail comes only if something cannot be removed.',
    '',
  ].join('\n')
}

function stuckMail(sale: Sale, event: SaleStuck, details: MailDetails): NewMail {
  const { mailDomain } = details
  const { saleId } = sale
  const whose =
    sale.status === 'completed'
      ? 'A sale is complete, and the CRM holds more than its own records, or may hold more.'
      : 'A sale failed, as the mail before this one reports, and cannot be rolled back.'
  return {
    messageId: `${saleId}.stuck@${mailDomain}`,
    about: 'stuck',
    saleId,
    subject: `Sale ${saleId} is stuck: a person is needed`,
    text: [
      whose,
      'This is left in the CRM, or may be left there, and cannot be removed:',
      '',
      ...event.data.leftovers.map((leftover) => leftoverLine(leftover, details)),
      `Sale ID: ${saleId}`,
      '',
      'What to do: open each record in the CRM. End its approval, unlock it, or let the user of the',
      'gateway see and delete it. Where its line has "only ever named": make it visible to that user,',
      'and deletable. Do not delete it by hand: the gateway could never learn that it is gone. Any',
      'other record with an id can also be deleted by hand. For what is named by its reference, see',
      'first that the gateway can search the module.',
      'It is tried again by itself, at most 10 minutes apart. To try at once:',
      '',
      `    gateway sales resume ${saleId}`,
      '',
    ].join('\n'),
    createdAt: event.at,
  }
}

function leftoverLine(leftover: Leftover, { modules, outcome }: MailDetails): string {
  const what = 'id' in leftover ? leftover.id : leftover.reference
  const tried = outcome.type === 'roundFailed' ? outcome.tried : []
  const last = tried.findLast((one) =>
    'id' in leftover
      ? one.type === 'deleted' && one.id === leftover.id
      : one.type === 'lookedUp' && one.step === leftover.step,
  )
  const why = withOwnWords(leftover.reason ?? 'not known', last && ownWordsIn(last))
  return cutLine(`Left: ${modules[leftover.step]} ${what}: ${why}`)
}

/** The reason of the CRM in code words, and then in the words of the organisation. */
function withOwnWords(reason: string, ownWords = ''): string {
  const own = oneLine(ownWords, Number.POSITIVE_INFINITY)
  return own === '' ? oneLine(reason) : `${oneLine(reason)}: ${own}`
}

/**
 * The text as one line: words of the CRM must not begin a line of their own, and SMTP must not cut
 * the line. A mail server may refuse a mail with a control character at every attempt. A character
 * that turns the direction of writing can make a line read as another.
 */
function oneLine(text: string, lengthMax = REASON_LENGTH_MAX): string {
  const line = text.replace(/[\s\p{Cc}\u202a-\u202e\u2066-\u2069]+/gu, ' ').trim()
  return line.slice(0, lengthMax).toWellFormed()
}

/** The beginning of a line that fits into a mail, never half a character. */
function cutLine(line: string): string {
  const bytes = new TextEncoder().encode(line)
  if (bytes.length <= LINE_BYTES_MAX) return line
  let end = LINE_BYTES_MAX - ELLIPSIS_BYTES
  while (isContinuation(bytes[end])) end -= 1
  return `${new TextDecoder().decode(bytes.subarray(0, end))}…`
}

/** In UTF-8 each byte of a character but its first begins with the bits 10. */
function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && byte >> 6 === 0b10
}
