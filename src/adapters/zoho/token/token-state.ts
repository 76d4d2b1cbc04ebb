// The state of the access token as it is stored, and the arithmetic on it; pure.

import { type Static, Type } from 'typebox'
import { Compile } from 'typebox/compile'

/**
 * Zoho shuts the token endpoint for the rest of ten minutes after so many refreshes within them.
 */
const REFRESHES_MAX = 10
const REFRESH_WINDOW_MS = 600_000

/** Of these, as many are kept for rollbacks; nothing else may use them. */
const REFRESHES_KEPT = 2

/** The longest pause after refusals to renew, in milliseconds. */
export const REFUSED_PAUSE_MAX_MS = 600_000

/** How far apart the clocks of two processes may be, in milliseconds. */
const CLOCK_SLACK_MS = 5_000

/**
 * Milliseconds before its end at which a token is replaced, so that it lasts while a call waits.
 */
const REFRESH_AHEAD_MS = 60_000

const Token = Type.Object({
  value: Type.String({ minLength: 1 }),
  refreshedAt: Type.Number(),
  expiresAt: Type.Number(),
  /** The scopes it has; `null` where Zoho did not list them with the token. */
  scopes: Type.Union([Type.Array(Type.String()), Type.Null()]),
})

const State = Type.Object({
  token: Type.Union([Token, Type.Null()]),
  /** When refreshes were tried, newest last, in milliseconds since the epoch. */
  refreshes: Type.Array(Type.Number(), { maxItems: REFRESHES_MAX }),
  /** No refresh is tried before this time, in milliseconds since the epoch. */
  pausedUntil: Type.Number(),
  /** Refreshes that Zoho refused in a row: each pause is longer than the one before. */
  refusals: Type.Integer({ minimum: 0 }),
})

export type Token = Static<typeof Token>

/** What is known of the token and of the right to renew it; it is kept over a restart. */
export type TokenState = Static<typeof State>

const validator = Compile(State)

export const NO_TOKEN: TokenState = { token: null, refreshes: [], pausedUntil: 0, refusals: 0 }

/** Returns `undefined` for a text that is no token state: it is then as if none was stored. */
export function parseTokenState(text: string): TokenState | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return validator.Check(value) ? value : undefined
  } catch {
    return undefined
  }
}

/**
 * Whether `a` was written later than `b`: every attempt to refresh is recorded, so the later state
 * has the later attempt.
 */
export function isNewer(a: TokenState, b: TokenState): boolean {
  return (a.refreshes.at(-1) ?? 0) >= (b.refreshes.at(-1) ?? 0)
}

/**
 * Returns the state of another process with no time in it that is ahead of our clock. Such times
 * come from a clock that was wrong, and would stop every refresh until they have passed. Returns
 * the same object where no time is ahead.
 */
export function notAhead(state: TokenState, now: number): TokenState {
  const { token, refreshes, pausedUntil } = state
  const latest = Math.max(token?.refreshedAt ?? 0, ...refreshes, pausedUntil - REFUSED_PAUSE_MAX_MS)
  if (latest <= now + CLOCK_SLACK_MS) return state
  return {
    ...state,
    token: token !== null && token.refreshedAt > now + CLOCK_SLACK_MS ? null : token,
    refreshes: refreshes.map((at) => Math.min(at, now)),
    pausedUntil: Math.min(pausedUntil, now + REFUSED_PAUSE_MAX_MS),
  }
}

/** Whether the token lasts for the calls of the next minute. */
export function isLasting(token: Token, now: number): boolean {
  return now < token.expiresAt - REFRESH_AHEAD_MS
}

/** Milliseconds until a refresh may be tried; 0 when it may be tried now. */
export function refreshWaitMs(state: TokenState, forRollback: boolean, now: number): number {
  const paused = Math.max(0, state.pausedUntil - now)
  const recent = state.refreshes.filter((at) => at > now - REFRESH_WINDOW_MS)
  const allowed = forRollback ? REFRESHES_MAX : REFRESHES_MAX - REFRESHES_KEPT
  const blocking = recent.at(-allowed)
  const spent = blocking === undefined ? 0 : blocking + REFRESH_WINDOW_MS - now
  return Math.max(paused, spent)
}

/** Returns the state with one more attempt to refresh. */
export function withAttempt(state: TokenState, now: number): TokenState {
  return { ...state, refreshes: [...state.refreshes, now].slice(-REFRESHES_MAX) }
}
