// Parts of the sentences about events. Stored data may be damaged, so each takes any value.

import { type FailedStep, STEP_NAMES } from '../../domain/sale/steps.ts'
import type { HandedOver, MailSubject } from '../mail/outbox.port.ts'

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
  solved: 'a rollback that no longer needs one',
  unreadable: 'a log that cannot be read',
  account: 'the CRM account',
  checkpoint: 'a checkpoint',
  loss: 'an accepted loss of the log',
  key: 'an API key that expires',
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

/** Which way a mail went, from the data of its `MailSent`; `null` where the log does not say. */
export function handedOverIn({
  way,
  recipients,
}: Readonly<Record<string, unknown>>): HandedOver | null {
  const isKnown = (way === 'smtp' || way === 'files') && typeof recipients === 'number'
  return isKnown ? { way, recipients } : null
}

/** Which way a mail went, to be read behind its name. A mail of version 0.1.0 has no way in the log. */
export function handedOverWords(handedOver: HandedOver | null): string {
  if (handedOver === null) return 'was handed over, to a mail server or to a file'
  const { way, recipients } = handedOver
  if (way === 'files') return 'was written to a file, and sent to nobody'
  return `was taken by the mail server for ${recipients === 1 ? '1 recipient' : `${recipients} recipients`}`
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
