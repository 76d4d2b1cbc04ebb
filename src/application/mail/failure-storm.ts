import { type EpochMs, plusMs } from '../../domain/time.ts'

// Five hundred failures in a minute become 20 mails and at most five more: two that are full,
// and what 60 s of collecting for 30 s each leave over. A restart adds one.

/** So many sales that fail within a minute are told in a mail each, at once. */
export const OWN_MAILS_MAX = 20
const STORM_WINDOW_MS = 60_000

/** How long a mail collects, from its first sale, before it is tried. */
const COLLECT_MS = 30_000

export const SALES_PER_MAIL_MAX = 200

/**
 * Bytes of the lines about sales in one mail, far below what mail servers take. The lines about
 * one sale have about 300, and 1,100 where the CRM said much in letters of three bytes.
 */
export const FACTS_BYTES_MAX = 256 * 1024

/**
 * Which failures count as those of the same minute. It reaches both ways, because failures are
 * not stored in the order of their times, and a clock may have been set back between processes.
 */
export function stormWindow(at: EpochMs): { readonly after: EpochMs; readonly before: EpochMs } {
  return { after: plusMs(at, -STORM_WINDOW_MS), before: plusMs(at, STORM_WINDOW_MS) }
}

/** When a mail that began to collect at `at` is due. */
export function collectedAt(at: EpochMs): EpochMs {
  return plusMs(at, COLLECT_MS)
}
