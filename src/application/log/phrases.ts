// Parts of the sentences about events. Stored data may be damaged, so each takes any value.

import { type FailedStep, STEP_NAMES } from '../../domain/sale/steps.ts'
import type { MailSubject } from '../mail/outbox.port.ts'

const FAILED_STEP_NAMES: Readonly<Record<FailedStep, string>> = {
  ...STEP_NAMES,
  contact: 'Contact',
  products: 'Products',
  deadline: 'Deadline',
  interrupted: 'Interrupted',
}

const MAIL_SUBJECTS: Readonly<Record<MailSubject, string>> = {
  failed: 'a failure',
  stuck: 'a rollback that needs a person',
  unreadable: 'a log that cannot be read',
  account: 'the CRM account',
  checkpoint: 'a checkpoint',
}

/** A step at which a sale may fail, in words. */
export function failedStepWords(step: unknown): string {
  return nameIn(FAILED_STEP_NAMES, step)
}

/** A step that creates a record, in words. */
export function stepWords(step: unknown): string {
  return nameIn(STEP_NAMES, step)
}

/** What a mail is about, in words. */
export function mailSubjectWords(about: unknown): string {
  return nameIn(MAIL_SUBJECTS, about)
}

/** How many a list holds: `1 line`, `2 lines`; what is no list counts as empty. */
export function counted(list: unknown, name: string): string {
  const count = Array.isArray(list) ? list.length : 0
  return `${count} ${name}${count === 1 ? '' : 's'}`
}

/** The amount of a sale, with its currency where the log has one: `39.98 USD`. */
export function amountWords({
  amount,
  currency,
}: {
  readonly amount?: unknown
  readonly currency?: unknown
}): string {
  return typeof currency === 'string' ? `${amount} ${currency}` : String(amount)
}

/** How many sales a mail names; nothing where it names none. */
export function salesNamed(saleIds: unknown): string {
  const isNone = !Array.isArray(saleIds) || saleIds.length === 0
  return isNone ? '' : `, naming ${counted(saleIds, 'sale')}`
}

/** How many records a search of the CRM found. */
export function foundWords(found: unknown): string {
  return found === 0 ? 'nothing new' : `${found} found`
}

/** The name of a key in a table; an unknown key is its own name. */
function nameIn(names: Readonly<Record<string, string>>, key: unknown): string {
  const text = String(key)
  return names[text] ?? text
}
