// The words of the log in English.

import { amountWords, countOf, handedOverIn, nameIn } from '../log/stored-data.ts'
import type { HandedOver } from '../mail/outbox.port.ts'
import { durationText } from './durations.ts'
import { ENGLISH_REPORT } from './english-report.ts'
import { amountText } from './numbers.ts'
import { quote, type Sentence, say, term, timeIn } from './sentence.ts'
import type { FailureWords, NamedRecord, Words } from './words.ts'

const STEPS = { deal: 'Deal', quote: 'Quote', salesOrder: 'Sales Order' } as const

const FAILED_STEPS = {
  ...STEPS,
  contact: 'Contact',
  products: 'Products',
  deadline: 'Deadline',
  interrupted: 'Interrupted',
} as const

const MAIL_SUBJECTS = {
  failed: 'a failure',
  stuck: 'a rollback that needs a person',
  solved: 'a rollback that no longer needs one',
  unreadable: 'a log that cannot be read',
  account: 'the CRM account',
  checkpoint: 'a checkpoint',
  loss: 'an accepted loss of the log',
  key: 'an API key that expires',
} as const

const MEASURES = {
  units: { ms: 'ms', s: 's', min: 'min', h: 'h', d: 'd' },
  decimalPoint: '.',
  thousandsMark: ',',
} as const

const EVENTS: Words['events'] = {
  SaleRequested: ({ contactId, products }) =>
    say`A sale of ${plural(countOf(products), 'line')} to contact ${contactId} was asked for`,
  SalePriced: ({ lines, ...priced }) =>
    say`Contact and prices were read: ${plural(countOf(lines), 'line')}, ${amountText(amountWords(priced), MEASURES)} in all`,
  DealCreated: ({ dealId }) => say`Deal ${dealId} is in the CRM`,
  QuoteCreated: ({ quoteId }) => say`Quote ${quoteId} is in the CRM`,
  SalesOrderCreated: ({ salesOrderId }) => say`Sales Order ${salesOrderId} is in the CRM`,
  SaleCompleted: () => say`The sale is complete`,
  CreateUnanswered: ({ step, reason }) =>
    say`The create of the ${nameIn(STEPS, step)} was ${term('unanswered', 'not answered')}, its record may be there: ${quote(reason)}`,
  RecordNamed: ({ step, id }) =>
    say`The CRM ${term('named', 'named')} ${nameIn(STEPS, step)} ${id} as a record of this sale, and did not show it`,
  SaleInterrupted: () => say`A new process ${term('interrupted', 'took the sale up')}`,
  OwnerWoke: ({ step }) =>
    say`A gateway that had been stopped woke up, and may have sent the create of the ${nameIn(STEPS, step)} late: it counts as ${term('unanswered', 'not answered')}`,
  CompensationRequired: ({ failedStep, reason }) =>
    say`The sale has to be ${term('rollback', 'rolled back')}. ${nameIn(FAILED_STEPS, failedStep)}: ${quote(reason)}`,
  ReferenceLookedUp: ({ step, look, found }) =>
    say`The CRM was searched for the ${nameIn(STEPS, step)} (${term('look', `${look} look`)}): ${found === 0 ? 'nothing new' : `${found} found`}`,
  SalesOrderDeleted: ({ salesOrderId }) => say`Sales Order ${salesOrderId} was deleted`,
  QuoteDeleted: ({ quoteId }) => say`Quote ${quoteId} was deleted`,
  DealDeleted: ({ dealId }) => say`Deal ${dealId} was deleted`,
  SaleRolledBack: () => say`The sale is rolled back, nothing of it is left in the CRM`,
  SaleSettled: () => say`The CRM holds nothing beside the records of the sale`,
  SaleStuck: ({ leftovers }) =>
    say`The ${term('rollback', 'rollback')} keeps failing, a person is needed: ${term('leftover', plural(countOf(leftovers), 'leftover'))}`,
  MailSent: ({ about, saleIds, ...data }) =>
    say`A mail about ${nameIn(MAIL_SUBJECTS, about)}${naming(countOf(saleIds))} ${handedOverWords(handedOverIn(data))}`,
  SaleResumeRequested: ({ saleId }) => say`A person asked to try sale ${saleId} again`,
  SaleUnreadable: ({ saleId }) =>
    say`Sale ${saleId} cannot be read from the log, a person is needed`,
  OrphanDeleted: ({ saleId, step, id }) =>
    say`A person had ${nameIn(STEPS, step)} ${id} deleted, which sale ${saleId} had left in the CRM`,
  OrphanDeleteFailed: ({ saleId, step, id, reason }) =>
    say`The CRM did not delete ${nameIn(STEPS, step)} ${id} of sale ${saleId}: ${quote(reason)}`,
  CrmAccountShut: ({ reason }) => say`The CRM account cannot be used: ${quote(reason)}`,
  CrmAccountReopened: () => say`The CRM account can be used again`,
  ApiKeyCreated: ({ keyId, client }) => say`Key ${keyId} was made for client ${client}`,
  ApiKeyRotated: ({ keyId, newKeyId, expiresAt }) =>
    say`Key ${keyId} was given the successor ${newKeyId}, and is good until ${timeIn(expiresAt)}`,
  ApiKeyRevoked: ({ keyId }) => say`Key ${keyId} was revoked`,
  AuditorLooked: ({ what, day }) => say`First look of ${day} (UTC) at ${what}`,
  SignInsFailed: ({ count, minute }) =>
    say`${plural(count, 'request')} without a good key in the minute from ${timeIn(minute)}`,
  ClockJumped: ({ byMs, jumps }) => say`The clock of the gateway ${jumpWords(Number(byMs), jumps)}`,
  LogLossAccepted: ({ reason }) => say`The log was taken as it is, after a loss: ${quote(reason)}`,
  LogMoved: ({ to, size }) =>
    say`The log was moved after ${plural(Number(size), 'event')}, and goes on in another database: ${quote(to)}`,
  LogArrived: ({ from, size }) =>
    say`The log arrived with ${plural(Number(size), 'event')}, and goes on here. It comes from ${quote(from)}`,
  AuditExported: (data) =>
    data.what === 'sale'
      ? say`${term('bundle', 'Evidence')} about sale ${data.saleId} was taken along`
      : say`${term('bundle', 'Evidence')} from ${timeIn(data.from)} to ${timeIn(data.to)} was taken along`,
}

const WHY: Readonly<Record<FailureWords['step'], string>> = {
  contact: 'the contact could not be used',
  products: 'the products could not be sold',
  deal: 'the CRM refused the Deal',
  quote: 'the CRM refused the Quote',
  salesOrder: 'the CRM refused the Sales Order',
  deadline: 'it was not complete in time',
  interrupted: 'the gateway stopped in the middle of it, and its caller could not ask again',
}

const PERSON_NEEDED = 'a person is needed, the gateway keeps trying'

/** What a mail is about beside the failure itself. */
const THAT: Readonly<Record<string, string>> = {
  stuck: ' that a person is needed',
  solved: ' that no person is needed any more',
  unreadable: ' that its log cannot be read',
}

const STORY: Words['story'] = {
  headlines: {
    in_progress: 'In progress.',
    completed: 'Completed.',
    rolling_back: 'Being rolled back',
    rolled_back: 'Rolled back',
    stuck: 'Stuck: a person is needed.',
  },
  reading: say`The contact and the products are being read.`,
  creating: (step) => say`The ${STEPS[step]} is being created.`,
  takenUpAgain: say`It was taken up again after a restart.`,
  created: (records) => say`${named(records)} ${was(records)} created.`,
  createdIn: (records, duration) => say`${named(records)} were created in ${duration}.`,
  beside: (records, isStuck) =>
    say`Beside them, ${named(records)} ${is(records)} still in the CRM and ${
      isStuck ? `cannot be deleted: ${PERSON_NEEDED}` : `${has(records)} to be deleted`
    }.`,
  besideDeleted: (records) => say`${named(records)}, found beside them, ${was(records)} deleted.`,
  searchedAgain: (steps, isStuck) =>
    say`The create of ${list(steps.map((step) => `the ${STEPS[step]}`))} was not answered at first, so ${
      isStuck
        ? `the CRM has to be searched for a second record and that keeps failing: ${PERSON_NEEDED}`
        : 'the CRM is searched again for a second record'
    }.`,
  woke: (steps) =>
    say`A gateway that had been stopped woke up, and may have sent the create of ${list(steps.map((step) => `the ${STEPS[step]}`))} late.`,
  searchedAfterWake: (isStuck) =>
    isStuck
      ? say`So the CRM has to be searched for a second record and that keeps failing: ${PERSON_NEEDED}.`
      : say`So the CRM is searched again for a second record.`,
  nothingElse: say`Nothing else is left in the CRM.`,
  because,
  toBeRolledBack: (failure) => say`The sale has to be rolled back ${because(failure)}`,
  nothingCreated: say`Nothing had been created.`,
  deleted: (records) => say`${named(records)} ${was(records)} deleted.`,
  searched: (looks, found) =>
    say`The CRM was ${term('look', 'searched')} ${times(looks)}${
      found === 0
        ? ' and nothing more was found'
        : found === 1
          ? ', and one of these was found only then'
          : `, and ${found} of these were found only then`
    }.`,
  nothingLeft: say`Nothing is left in the CRM.`,
  nothingKnownLeft: say`Nothing is known to be left in the CRM.`,
  left: (records, perhaps) => {
    const known = records.length === 0 ? [] : [`${named(records)} ${is(records)} still in the CRM`]
    const others = perhaps.map(
      ({ step, reference }) => `a ${STEPS[step]} with the reference ${reference} may be there`,
    )
    return say`${capital(list([...known, ...others]))}.`
  },
  whyLeft: ({ step, what, isRecord, reason }) =>
    isRecord
      ? say`${STEPS[step]} ${what} cannot be deleted: “${quote(reason)}”.`
      : say`The ${STEPS[step]} with the reference ${what} cannot be ruled out: “${quote(reason)}”.`,
  goesOn: say`This goes on by itself.`,
  pleaseRemove: say`Please remove this in the CRM, or make it removable; the gateway keeps trying.`,
  noMail: say`No mail about it is known.`,
  told: (about, at) => say`IT was told${THAT[about] ?? ''} by mail at ${at}.`,
  mailHandedOver: (about, handedOver, at) =>
    say`The mail that tells IT${THAT[about] ?? ''} ${handedOverWords(handedOver)}, at ${at}.`,
  mailWaits: (about, attempts) =>
    say`The mail that tells IT${THAT[about] ?? ''} is not accepted yet${
      attempts === 0 ? '' : `, after ${plural(attempts, 'failed attempt')}`
    }; it is tried again.`,
}

export const ENGLISH: Words = {
  language: 'en',
  ...MEASURES,
  statuses: {
    in_progress: 'In progress',
    completed: 'Completed',
    rolling_back: 'Rolling back',
    rolled_back: 'Rolled back',
    stuck: 'Stuck',
  },
  steps: STEPS,
  failedSteps: FAILED_STEPS,
  events: EVENTS,
  actors: {
    client: (client, keyId) => `client ${client}, key ${keyId}`,
    operator: (name) => `operator ${name}`,
    system: (name) => `the ${name}`,
    members: {
      client: 'Client',
      keyId: 'Key',
      requestId: 'Request',
      address: 'Address',
      peer: 'Proxy',
      userAgent: 'User agent',
      software: 'Served by',
    },
  },
  calls: {
    operations: { create: 'create', delete: 'delete' },
    outcomes: { done: 'done', refused: 'refused', unknown: 'unknown', notSent: 'not sent' },
    earlier: (count) => `${plural(count, 'call')} before these`,
  },
  mails: {
    titles: {
      failed: 'The sale failed',
      stuck: 'A person is needed',
      solved: 'No person is needed any more',
      unreadable: 'Its log cannot be read',
    },
    handedOver: handedOverWords,
  },
  story: STORY,
  report: ENGLISH_REPORT,
}

/** A mail of version 0.1.0 has no way in the log. */
function handedOverWords(handedOver: HandedOver | null): string {
  if (handedOver === null) return 'was handed over, to a mail server or to a file'
  const { way, recipients } = handedOver
  if (way === 'files') return 'was written to a file, and sent to nobody'
  return `was taken by the mail server for ${plural(recipients, 'recipient')}`
}

function because(failure: FailureWords | null): Sentence {
  return failure === null
    ? say`for a reason that is not known.`
    : say`because ${WHY[failure.step]}: “${quote(failure.message)}”.`
}

function named(records: readonly NamedRecord[]): string {
  return list(
    records.map(
      ({ step, id, isSeen }) =>
        `${STEPS[step]} ${id}${isSeen ? '' : ' (which the CRM only named)'}`,
    ),
  )
}

function naming(sales: number): string {
  return sales === 0 ? '' : `, naming ${plural(sales, 'sale')}`
}

function plural(count: number, name: string): string {
  return `${count} ${name}${count === 1 ? '' : 's'}`
}

function was({ length }: readonly unknown[]): string {
  return length === 1 ? 'was' : 'were'
}

function is({ length }: readonly unknown[]): string {
  return length === 1 ? 'is' : 'are'
}

function has({ length }: readonly unknown[]): string {
  return length === 1 ? 'has' : 'have'
}

function times(count: number): string {
  return count === 1 ? 'once' : count === 2 ? 'twice' : `${count} times`
}

function list(items: readonly string[]): string {
  const last = items.at(-1) ?? ''
  return items.length < 2 ? last : `${items.slice(0, -1).join(', ')} and ${last}`
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

function jumpWords(ms: number, jumps: unknown): string {
  const length = durationText(Math.abs(ms), MEASURES)
  const words =
    ms < 0
      ? `was set back by ${length}`
      : `went forward by ${length}: it was set, or the machine was suspended`
  if (jumps === 1) return words
  return `jumped ${jumps} times, ${ms === 0 ? 'back to where it was' : `and ${words}`}`
}
