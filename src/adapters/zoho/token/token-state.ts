import { type Static, Type } from 'typebox'
import { Compile } from 'typebox/compile'

/** Zoho shuts the token endpoint for the rest of ten minutes after so many refreshes within them. */
export const REFRESHES_MAX = 10
export const REFRESH_WINDOW_MS = 600_000

/** So many of them only a rollback may use. */
export const REFRESHES_KEPT = 2

/** How far apart the clocks of two processes may be. */
const CLOCK_SLACK_MS = 5_000

/** A token is replaced so long before its end, so that no call carries one that has just ended. */
const REFRESH_AHEAD_MS = 60_000

const Token = Type.Object({
  value: Type.String({ minLength: 1 }),
  refreshedAt: Type.Number(),
  expiresAt: Type.Number(),
  /** What it allows, where the answer that brought it said so. */
  scopes: Type.Union([Type.Array(Type.String()), Type.Null()]),
})

const State = Type.Object({
  token: Type.Union([Token, Type.Null()]),
  /** When refreshes were tried, newest last, in milliseconds since the epoch. */
  refreshes: Type.Array(Type.Number(), { maxItems: REFRESHES_MAX }),
  /** Nothing is tried before. */
  pausedUntil: Type.Number(),
  /** Refreshes that were refused in a row: each pause is longer than the last. */
  refusals: Type.Integer({ minimum: 0 }),
})

export type Token = Static<typeof Token>

/** What is known of the token and of the right to renew it; it outlives the process. */
export type TokenState = Static<typeof State>

const validator = Compile(State)

export const NO_TOKEN: TokenState = { token: null, refreshes: [], pausedUntil: 0, refusals: 0 }

export function parseTokenState(text: string): TokenState | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return validator.Check(value) ? value : undefined
  } catch {
    return undefined
  }
}

/**
 * What another process wrote, with no time in it ahead of ours: that was told by a clock that was
 * wrong, and would shut the token for as long as it was. The same object where none is ahead.
 *
 * @param pauseMaxMs the longest pause that is ever kept
 */
export function notAhead(state: TokenState, now: number, pauseMaxMs: number): TokenState {
  const { token, refreshes, pausedUntil } = state
  const latest = Math.max(token?.refreshedAt ?? 0, ...refreshes, pausedUntil - pauseMaxMs)
  if (latest <= now + CLOCK_SLACK_MS) return state
  return {
    ...state,
    token: token !== null && token.refreshedAt > now + CLOCK_SLACK_MS ? null : token,
    refreshes: refreshes.map((at) => Math.min(at, now)),
    pausedUntil: Math.min(pausedUntil, now + pauseMaxMs),
  }
}

export function isLasting(token: Token, now: number): boolean {
  return now < token.expiresAt - REFRESH_AHEAD_MS
}

/** Milliseconds until a refresh may be tried; 0 when it may be now. */
export function refreshWaitMs(state: TokenState, forRollback: boolean, now: number): number {
  const paused = Math.max(0, state.pausedUntil - now)
  const recent = state.refreshes.filter((at) => at > now - REFRESH_WINDOW_MS)
  const allowed = forRollback ? REFRESHES_MAX : REFRESHES_MAX - REFRESHES_KEPT
  const blocking = recent.at(-allowed)
  const spent = blocking === undefined ? 0 : blocking + REFRESH_WINDOW_MS - now
  return Math.max(paused, spent)
}

export function withAttempt(state: TokenState, now: number): TokenState {
  return { ...state, refreshes: [...state.refreshes, now].slice(-REFRESHES_MAX) }
}
