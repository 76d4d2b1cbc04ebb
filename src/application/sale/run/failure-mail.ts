// The mails about a sale that failed, or that is stuck.
import type { Leftover, SaleEvent } from '../../../domain/sale/events.ts'
import { firstIdsOf } from '../../../domain/sale/evolve.ts'
import type { Failure, Sale } from '../../../domain/sale/state.ts'
import { type CreateStep, type FailedStep, STEP_NAMES } from '../../../domain/sale/steps.ts'
import type { EpochMs } from '../../../domain/time.ts'
import type { NewMail } from '../../mail/outbox.port.ts'

/** Characters of a reason in a mail. A line of a mail has at most 998 bytes (RFC 5322). */
const REASON_LENGTH_MAX = 300

const STEP_TITLES: Readonly<Record<FailedStep, string>> = {
  ...STEP_NAMES,
  contact: 'contact',
  products: 'products',
  deadline: 'deadline',
  interrupted: 'interrupted',
}

/**
 * The mails that new events oblige us to send: one for every failed sale, with
 * `CompensationRequired`, and another one with `SaleStuck`.
 *
 * @param sale the sale after these events
 * @param mailDomain what stands behind the `@` of a message id
 */
export function mailsFor(
  sale: Sale,
  events: readonly SaleEvent[],
  mailDomain: string,
): readonly NewMail[] {
  return events.flatMap((event) => {
    if (event.type === 'CompensationRequired') return [failureMail(sale, event, mailDomain)]
    if (event.type === 'SaleStuck') {
      return [stuckMail(sale, event.data.leftovers, event.at, mailDomain)]
    }
    return []
  })
}

function failureMail(
  sale: Sale,
  event: SaleEvent & { readonly type: 'CompensationRequired' },
  mailDomain: string,
): NewMail {
  const { failedStep, reason } = event.data
  const unanswered = 'unanswered' in sale ? sale.unanswered : []
  const idLine = (step: CreateStep) => {
    const id = firstIdsOf(sale)[step]
    if (id !== null) return id
    return unanswered.some((entry) => entry.step === step) ? 'not known' : 'not created'
  }
  const facts = [
    `Error Message: ${failureLine({ step: failedStep, reason })}`,
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

function stuckMail(
  sale: Sale,
  leftovers: readonly Leftover[],
  at: EpochMs,
  mailDomain: string,
): NewMail {
  return {
    messageId: `${sale.saleId}.stuck@${mailDomain}`,
    about: 'stuck',
    saleId: sale.saleId,
    subject: `Sale ${sale.saleId} is stuck: a person is needed`,
    text: [
      'The clean-up of a sale keeps failing. It is tried again, at most 10 minutes apart.',
      'Please remove what is listed here from the CRM, or make it removable.',
      '',
      ...('failure' in sale ? [`Error Message: ${failureLine(sale.failure)}`] : []),
      ...leftovers.map(leftoverLine),
      `Sale ID: ${sale.saleId}`,
      '',
    ].join('\n'),
    createdAt: at,
  }
}

function failureLine(failure: Failure): string {
  return `${STEP_TITLES[failure.step]}: ${oneLine(failure.reason)}`
}

function leftoverLine(leftover: Leftover): string {
  const name = STEP_NAMES[leftover.step]
  return 'id' in leftover
    ? `Still in the CRM: ${name} ${leftover.id}`
    : `Perhaps in the CRM: ${name} with reference ${leftover.reference}`
}

/**
 * The text as one line: words of the CRM must not begin a line of their own, and SMTP must not cut
 * the line. A mail server may refuse a mail with a control character at every attempt.
 */
function oneLine(text: string): string {
  const line = text.replace(/[\s\p{Cc}]+/gu, ' ').trim()
  return line.slice(0, REASON_LENGTH_MAX).toWellFormed()
}
