/** How long to wait between two attempts at one thing: doubling, never above `maxMs`. */
export type Backoff = { readonly firstMs: number; readonly maxMs: number }

/** A retry within a sale's deadline: it has seconds, not minutes. */
export const FORWARD_BACKOFF: Backoff = { firstMs: 200, maxMs: 5_000 }

/** A rollback or a second look, repeated until it succeeds: at most 10 minutes apart. */
export const ROLLBACK_BACKOFF: Backoff = { firstMs: 1_000, maxMs: 600_000 }

/** A mail, repeated until it is accepted: at most 15 minutes apart. */
export const MAIL_BACKOFF: Backoff = { firstMs: 1_000, maxMs: 900_000 }

/** A database that is busy or full. */
export const STORE_BACKOFF: Backoff = { firstMs: 100, maxMs: 5_000 }

/** A checkpoint that could not be signed or kept: sales go on meanwhile. */
export const CHECKPOINT_BACKOFF: Backoff = { firstMs: 1_000, maxMs: 60_000 }

/** The same pause before each attempt. */
export function steady(pauseMs: number): Backoff {
  return { firstMs: pauseMs, maxMs: pauseMs }
}

/** After so many doublings every backoff is at its maximum. The limit keeps the power finite. */
const DOUBLINGS_MAX = 30

/** Milliseconds to wait after `failures` failed attempts (1 for the first). */
export function backoffMs(backoff: Backoff, failures: number): number {
  const doublings = Math.min(Math.max(failures - 1, 0), DOUBLINGS_MAX)
  return Math.min(backoff.firstMs * 2 ** doublings, backoff.maxMs)
}

/** The same with up to half taken off at random, so that not all retry at the same moment. */
export function jitteredBackoffMs(backoff: Backoff, failures: number, fraction: number): number {
  const fullMs = backoffMs(backoff, failures)
  return Math.round(fullMs - (fullMs / 2) * fraction)
}
