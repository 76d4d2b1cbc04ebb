// Reads members of stored events for people. Stored data may be damaged, so each takes any value.

import type { HandedOver } from '../mail/outbox.port.ts'

/** Which way a mail went, from the data of its `MailSent`; `null` where the log does not say. */
export function handedOverIn({
  way,
  recipients,
}: Readonly<Record<string, unknown>>): HandedOver | null {
  const isKnown = (way === 'smtp' || way === 'files') && typeof recipients === 'number'
  return isKnown ? { way, recipients } : null
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

/** The name of a key in a table; an unknown key is its own name. */
export function nameIn(names: Readonly<Record<string, string>>, key: unknown): string {
  const text = String(key)
  return Object.hasOwn(names, text) ? (names[text] ?? text) : text
}

/** How many a list holds; what is no list counts as empty. */
export function countOf(list: unknown): number {
  return Array.isArray(list) ? list.length : 0
}
