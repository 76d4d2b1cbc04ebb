import { type CreateStep, type FailedStep, STEP_NAMES } from '../../domain/sale/steps.ts'
import type { Actor, EventRecord, MailSubject } from './event-record.ts'

const FAILED_STEP_WORDS: Readonly<Record<FailedStep, string>> = {
  ...STEP_NAMES,
  contact: 'Contact',
  products: 'Products',
  deadline: 'Deadline',
  interrupted: 'Interrupted',
}

/** What each type of event means. `data` is what this version writes under that type. */
const WORDS: Readonly<Record<string, (data: EventRecord['data']) => string>> = {
  SaleRequested: ({ contactId, products }) =>
    `A sale of ${counted(products, 'line')} to contact ${contactId} was asked for`,
  SalePriced: ({ lines, amount }) =>
    `Contact and prices were read: ${counted(lines, 'line')}, ${amount} in all`,
  DealCreated: ({ dealId }) => `Deal ${dealId} is in the CRM`,
  QuoteCreated: ({ quoteId }) => `Quote ${quoteId} is in the CRM`,
  SalesOrderCreated: ({ salesOrderId }) => `Sales Order ${salesOrderId} is in the CRM`,
  SaleCompleted: () => 'The sale is complete',
  CreateUnanswered: ({ step, reason }) =>
    `The create of the ${stepName(step)} was not answered, its record may be there: ${reason}`,
  SaleInterrupted: () => 'A new process took the sale up',
  CompensationRequired: ({ failedStep, reason }) =>
    `The sale has to be rolled back. ${failedStepWords(failedStep)}: ${reason}`,
  ReferenceLookedUp: ({ step, look, found }) =>
    `The CRM was searched for the ${stepName(step)} (${look} look): ${foundWords(found)}`,
  SalesOrderDeleted: ({ salesOrderId }) => `Sales Order ${salesOrderId} was deleted`,
  QuoteDeleted: ({ quoteId }) => `Quote ${quoteId} was deleted`,
  DealDeleted: ({ dealId }) => `Deal ${dealId} was deleted`,
  SaleRolledBack: () => 'The sale is rolled back, nothing of it is left in the CRM',
  SaleSettled: () => 'The CRM holds nothing beside the records of the sale',
  MailSent: ({ about, saleIds }) =>
    `The mail server took a mail about ${mailSubject(about)}${salesNamed(saleIds)}`,
  SaleResumeRequested: ({ saleId }) => `A person asked to try sale ${saleId} again`,
  SaleUnreadable: ({ saleId }) => `Sale ${saleId} cannot be read from the log, a person is needed`,
  CrmAccountShut: ({ reason }) => `The CRM account cannot be used: ${reason}`,
  CrmAccountReopened: () => 'The CRM account can be used again',
  ApiKeyCreated: ({ keyId, client }) => `Key ${keyId} was made for client ${client}`,
  ApiKeyRevoked: ({ keyId }) => `Key ${keyId} was revoked`,
  AuditorLooked: ({ what, day }) => `First look of ${day} at ${what}`,
  SignInsFailed: ({ count, minute }) =>
    `${count} requests without a good key in the minute from ${minute}`,
  LogLossAccepted: ({ reason }) => `The log was taken as it is, after a loss: ${reason}`,
  AuditExported: (data) =>
    data['what'] === 'sale'
      ? `Evidence about sale ${data['saleId']} was taken along`
      : `Evidence from ${data['from']} to ${data['to']} was taken along`,
  SaleStuck: ({ leftovers }) =>
    `The rollback keeps failing, a person is needed: ${counted(leftovers, 'leftover')}`,
}

/** An event in words; its type with blanks where it is not one of ours. */
export function eventWords({ type, data }: EventRecord): string {
  const words = Object.hasOwn(WORDS, type) ? WORDS[type] : undefined
  return words === undefined ? type.replace(/(?<=[a-z])(?=[A-Z])/g, ' ') : words(data)
}

/** Who caused an event. */
export function actorWords(actor: Actor): string {
  if ('client' in actor) return `client ${actor.client}, key ${actor.keyId}`
  if ('operator' in actor) return `operator ${actor.operator}`
  return `the ${actor.system}`
}

/** A step at which a sale may fail, as a person calls it. */
export function failedStepWords(step: unknown): string {
  return FAILED_STEP_WORDS[step as FailedStep] ?? String(step)
}

function stepName(step: unknown): string {
  return STEP_NAMES[step as CreateStep] ?? String(step)
}

function counted(list: unknown, name: string): string {
  const count = Array.isArray(list) ? list.length : 0
  return `${count} ${name}${count === 1 ? '' : 's'}`
}

const MAIL_SUBJECTS: Readonly<Record<MailSubject, string>> = {
  failed: 'a failure',
  stuck: 'a rollback that needs a person',
  unreadable: 'a log that cannot be read',
  account: 'the CRM account',
  checkpoint: 'a checkpoint',
}

function mailSubject(about: unknown): string {
  return MAIL_SUBJECTS[about as MailSubject] ?? String(about)
}

function salesNamed(saleIds: unknown): string {
  const isNone = !Array.isArray(saleIds) || saleIds.length === 0
  return isNone ? '' : `, naming ${counted(saleIds, 'sale')}`
}

function foundWords(found: unknown): string {
  return found === 0 ? 'nothing new' : `${found} found`
}
