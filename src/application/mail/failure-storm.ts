// The rule for failed sales that share a mail: the first 20 of a minute get a mail each, at once;
// those beyond are collected for half a minute.

import { type EpochMs, plusMs } from '../../domain/time.ts'

// Five hundred failures within a minute become 20 mails and at most five more: two that are full,
// and those that 60 s of collecting, 30 s each, leave over. A restart adds one.

/** Sales that fail within one minute and get a mail each. */
export const OWN_MAILS_MAX = 20
const STORM_WINDOW_MS = 60_000

/** Milliseconds that a mail collects, from its first sale on, before its first attempt. */
const COLLECT_MS = 30_000

export const SALES_PER_MAIL_MAX = 200

/**
 * Bytes of the lines about sales in one mail, far below what mail servers accept. The lines about
 * one sale have about 400 bytes, and 1,400 where the words of the CRM are long, in letters of three bytes.
 */
export const FACTS_BYTES_MAX = 256 * 1024

/** What a mail holds while it collects. */
export type CollectingMail = {
  readonly sales: number
  /** The size of the lines about these sales, in UTF-8. */
  readonly bytes: number
}

/** Whether a failed sale shares a mail, given how many others failed within a minute of it. */
export function isStorm(failuresAround: number): boolean {
  return failuresAround >= OWN_MAILS_MAX
}

/**
 * Where the lines about a failed sale go in a storm:
 *
 * - `join`  into the mail that collects.
 * - `fill`  the same, and the mail is full then: it is closed, and due at once.
 * - `begin` into a new mail that collects. Where another mail collects, that has no room for these
 *   lines: it is closed, and due at once.
 */
export type CollectingStep = 'join' | 'fill' | 'begin'

/**
 * Decides which mail collects a failed sale.
 *
 * @param collecting the mail that collects; `undefined` when none does
 * @param factsBytes the bytes of the lines about this sale
 */
export function planCollecting(
  collecting: CollectingMail | undefined,
  factsBytes: number,
): CollectingStep {
  if (collecting === undefined) return 'begin'
  if (collecting.bytes + factsBytes > FACTS_BYTES_MAX) return 'begin'
  return collecting.sales + 1 < SALES_PER_MAIL_MAX ? 'join' : 'fill'
}

/**
 * The times at which a failure counts as one of the same minute. The window reaches both ways:
 * failures are not stored in the order of their times, and a clock may be set back between processes.
 */
export function stormWindow(at: EpochMs): { readonly after: EpochMs; readonly before: EpochMs } {
  return { after: plusMs(at, -STORM_WINDOW_MS), before: plusMs(at, STORM_WINDOW_MS) }
}

/** When a mail that began to collect at `at` is due. */
export function collectedAt(at: EpochMs): EpochMs {
  return plusMs(at, COLLECT_MS)
}
