// The mails about new events of a sale; here the one about a failure, alone or with others.
import { isReportedStuck } from '../../../domain/sale/aftermath.ts'
import type { CompensationRequired, SaleEvent } from '../../../domain/sale/events.ts'
import { firstIdsOf } from '../../../domain/sale/evolve.ts'
import type { Sale } from '../../../domain/sale/state.ts'
import {
  CREATE_STEPS,
  type CreateStep,
  type FailedStep,
  STEP_NAMES,
} from '../../../domain/sale/steps.ts'
import type { NewMail } from '../../mail/outbox.port.ts'
import { cutLine, type MailDetails, ownWordsIn, saleLines, withOwnWords } from './mail-lines.ts'
import { solvedMail, stuckMail } from './stuck-mail.ts'

const STEP_TITLES: Readonly<Record<FailedStep, string>> = {
  ...STEP_NAMES,
  contact: 'contact',
  products: 'products',
  deadline: 'deadline',
  interrupted: 'interrupted',
}

/**
 * The mails about new events: one for every failed sale, with `CompensationRequired`; another one with
 * `SaleStuck`; and one when a sale that was stuck comes to rest.
 *
 * @param before the sale before these events
 * @param after the sale after them
 */
export function mailsFor(
  { before, after }: { readonly before: Sale; readonly after: Sale },
  events: readonly SaleEvent[],
  details: MailDetails,
): readonly NewMail[] {
  return events.flatMap((event) => {
    switch (event.type) {
      case 'CompensationRequired':
        return [failureMail(after, event, details)]
      case 'SaleStuck':
        return [stuckMail(after, event, details)]
      case 'SaleRolledBack':
      case 'SaleSettled':
        return isReportedStuck(before) ? [solvedMail(after, event.at, details)] : []
      default:
        return []
    }
  })
}

function failureMail(sale: Sale, event: CompensationRequired, details: MailDetails): NewMail {
  const { failedStep, reason } = event.data
  const unanswered = unansweredOf(sale)
  const idLine = (step: CreateStep) => {
    const id = firstIdsOf(sale)[step]
    if (id !== null) return id
    return unanswered.has(step) ? 'not known' : 'not created'
  }
  const why = withOwnWords(reason, ownWordsIn(details.outcome))
  const [saleLine = '', ...otherLines] = saleLines(sale, details)
  const facts = [
    cutLine(`Error Message: ${STEP_TITLES[failedStep]}: ${why}`),
    `Deal ID: ${idLine('deal')}`,
    `Quote ID: ${idLine('quote')}`,
    `Sales Order ID: ${idLine('salesOrder')}`,
    saleLine,
    ...dueLines(sale),
    ...otherLines,
  ].join('\n')
  return {
    messageId: `${sale.saleId}.failed@${details.mailDomain}`,
    about: 'failed',
    saleId: sale.saleId,
    subject: `Sale ${sale.saleId} failed (${STEP_TITLES[failedStep]})`,
    text: failureText('A sale failed and is rolled back.', [facts], sale.saleId),
    facts,
    createdAt: event.at,
  }
}

/** The subject and text of one mail about several failed sales, given the lines about each. */
export function collectedFailures(facts: readonly string[]): Pick<NewMail, 'subject' | 'text'> {
  const subject = `${facts.length} sales failed`
  return { subject, text: failureText(`${subject} and are rolled back.`, facts, 'ID') }
}

function failureText(opening: string, facts: readonly string[], shown: string): string {
  return [
    opening,
    '',
    ...facts.flatMap((lines) => [lines, '']),
    'Another mail comes only if something cannot be removed. To look at it:',
    '',
    `    gateway sales show ${shown}`,
    '',
  ].join('\n')
}

/** What the gateway is about to do in the CRM for a failed sale, at the time of its mail. */
function dueLines(sale: Sale): readonly string[] {
  const records = 'records' in sale ? sale.records : []
  const known = records.map(
    ({ step, id, isSeen }) => `${STEP_NAMES[step]} ${id}${isSeen ? '' : ' (only named so far)'}`,
  )
  const perhaps = CREATE_STEPS.filter((step) => unansweredOf(sale).has(step)).map((step) =>
    records.some((record) => record.step === step)
      ? `a second ${STEP_NAMES[step]}`
      : `a ${STEP_NAMES[step]}`,
  )
  if (known.length + perhaps.length === 0)
    return ['To be deleted: nothing, because nothing was created']
  return [
    ...(known.length === 0 ? [] : [`To be deleted: ${known.join(', ')}`]),
    ...(perhaps.length === 0
      ? []
      : [`To be looked for, and deleted if it is there: ${perhaps.join(', ')}`]),
  ]
}

/** The steps that may have left a record that is not known. */
function unansweredOf(sale: Sale): ReadonlySet<CreateStep> {
  return new Set('unanswered' in sale ? sale.unanswered.map(({ step }) => step) : [])
}
