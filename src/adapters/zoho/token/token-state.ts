// The state of the access token as it is stored, and the arithmetic on it; pure.

import { type Static, Type } from 'typebox'
import { Compile } from 'typebox/compile'
import { type Backoff, backoffMs } from '../../../application/base/backoff.ts'
import type { CallFault } from '../../../domain/sale/outcome.ts'

/**
 * Zoho shuts the token endpoint for the rest of ten minutes after so many tokens within them.
 * Source: Zoho Accounts, limits of access tokens: what counts is a token that was created.
 */
const REFRESHES_MAX = 10
const REFRESH_WINDOW_MS = 600_000

/** Refreshes of `REFRESHES_MAX` that only rollbacks may use. */
const REFRESHES_KEPT = 2

/** The longest pause after tries that brought no token, in milliseconds. */
const PAUSE_MAX_MS = 600_000

/** From one try that brought nothing to the next. Such a try costs nothing at Zoho. */
const TRY_BACKOFF: Backoff = { firstMs: 1_000, maxMs: 5_000 }

/**
 * Tries in a row that may each have cost a token, before the next ones are `COSTLY_SPACING_MS`
 * apart: a host that is hung for two minutes must not use up the tokens of ten.
 */
const COSTLY_QUICK_MAX = 5
const COSTLY_SPACING_MS = 60_000

/**
 * The pause after each "Access Denied". Zoho lengthens its own pause when it is asked too soon.
 */
const DENIED_BACKOFF: Backoff = { firstMs: 60_000, maxMs: PAUSE_MAX_MS }

/** The pause after a refusal that only a person can end: it may have been a slip of Zoho's. */
const FINAL_BACKOFF: Backoff = { firstMs: 1_000, maxMs: PAUSE_MAX_MS }

/** Milliseconds after the end of the last pause. A failure after them is new trouble. */
const TROUBLE_GAP_MS = 60_000

/** How far apart the clocks of two processes may be, in milliseconds. */
const CLOCK_SLACK_MS = 5_000

/**
 * Milliseconds before its end at which a token is replaced, so that it lasts while a call waits.
 */
const REFRESH_AHEAD_MS = 60_000

/**
 * Milliseconds for which a token that Zoho has just given may be refused before it is replaced: it
 * may be good in a moment, and the next one would be refused, too.
 */
export const REFUSED_KEPT_MS = 60_000

const Stored = {
  token: Type.Object({
    value: Type.String({ minLength: 1 }),
    refreshedAt: Type.Number(),
    expiresAt: Type.Number(),
    scopes: Type.Union([Type.Array(Type.String()), Type.Null()]),
    dataCentre: Type.Optional(Type.Union([Type.String(), Type.Null()])),
    isLetIn: Type.Optional(Type.Boolean()),
  }),
  failure: Type.Object({
    since: Type.Number(),
    tries: Type.Integer({ minimum: 1 }),
    fault: Type.Union([
      Type.Literal('timeout'),
      Type.Literal('unreachable'),
      Type.Literal('throttled'),
      Type.Literal('wrongAnswer'),
    ]),
    words: Type.String(),
    isFinal: Type.Boolean(),
  }),
  refusal: Type.Object({ since: Type.Number(), words: Type.String() }),
}

/** Members that version 0.1.0 did not write are optional. It can read what this one writes. */
const State = Type.Object({
  token: Type.Union([Stored.token, Type.Null()]),
  refreshes: Type.Array(Type.Number(), { maxItems: REFRESHES_MAX }),
  pausedUntil: Type.Number(),
  refusals: Type.Integer({ minimum: 0 }),
  failure: Type.Optional(Type.Union([Stored.failure, Type.Null()])),
  refusal: Type.Optional(Type.Union([Stored.refusal, Type.Null()])),
  revision: Type.Optional(Type.Integer({ minimum: 0 })),
})

/** Times are milliseconds since the epoch. */
export type Token = {
  readonly value: string
  readonly refreshedAt: number
  readonly expiresAt: number
  /** The scopes it has; `null` where Zoho did not list them with the token. */
  readonly scopes: readonly string[] | null
  /** The data centre that it belongs to, as `zohoapis.eu`; `null` where Zoho did not name it. */
  readonly dataCentre: string | null
  /** Whether Zoho has answered a call with it. */
  readonly isLetIn: boolean
}

/** Tries in a row that brought no token. */
export type Failure = Readonly<Static<typeof Stored.failure>>

/**
 * Why there is no token, in words that hold nothing secret, and what it means for the next try:
 *
 * - `nothing`        nothing was granted: not sent, or answered with an error.
 * - `perhapsGranted` sent, and no readable answer: Zoho may have counted a token.
 * - `denied`         too many tokens or requests; asking again too soon makes Zoho's pause longer.
 * - `final`          only a person can mend it.
 */
export type NoToken = {
  readonly type: 'none'
  readonly fault: CallFault
  readonly words: string
  readonly meaning: 'nothing' | 'perhapsGranted' | 'denied' | 'final'
}

/** Tokens in a row that Zoho has just given, and lets in with no call. */
export type Refusal = Readonly<Static<typeof Stored.refusal>>

/** What is known of the token and of the right to renew it; it is kept over a restart. */
export type TokenState = {
  readonly token: Token | null
  /**
   * When tokens were granted, and tries sent that may have cost one; newest last. A try that is on
   * its way is among them.
   */
  readonly refreshes: readonly number[]
  /** No refresh is tried before this time. */
  readonly pausedUntil: number
  /** "Access Denied" in a row: each pause is longer than the one before. */
  readonly refusals: number
  readonly failure: Failure | null
  readonly refusal: Refusal | null
  /** Rises with each change, so that the later of two states is known. */
  readonly revision: number
}

const validator = Compile(State)

export const NO_TOKEN: TokenState = {
  token: null,
  refreshes: [],
  pausedUntil: 0,
  refusals: 0,
  failure: null,
  refusal: null,
  revision: 0,
}

/** Returns `undefined` for a text that is no token state: it is then as if none was stored. */
export function parseTokenState(text: string): TokenState | undefined {
  const value = parsed(text)
  if (!validator.Check(value)) return undefined
  const { token } = value
  return {
    ...NO_TOKEN,
    ...value,
    // The version before did not write `isLetIn`. Nearly all of its tokens were.
    token: token && {
      ...token,
      dataCentre: token.dataCentre ?? null,
      isLetIn: token.isLetIn ?? true,
    },
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/**
 * Returns the state with no time in it that is ahead of our clock. Such times come from a clock that
 * was wrong, in this process or in another, and would stop every refresh until they have passed. Returns
 * the same object where no time is ahead.
 */
export function notAhead(state: TokenState, now: number): TokenState {
  const { token, refreshes, pausedUntil, failure, refusal } = state
  const latest = Math.max(
    ...[token?.refreshedAt ?? 0, failure?.since ?? 0, refusal?.since ?? 0, ...refreshes],
    pausedUntil - PAUSE_MAX_MS,
  )
  if (latest <= now + CLOCK_SLACK_MS) return state
  return {
    ...state,
    token: token !== null && token.refreshedAt > now + CLOCK_SLACK_MS ? null : token,
    refreshes: refreshes.map((at) => Math.min(at, now)),
    pausedUntil: Math.min(pausedUntil, now + longestPauseMs(state)),
    failure: failure && { ...failure, since: Math.min(failure.since, now) },
    refusal: refusal && { ...refusal, since: Math.min(refusal.since, now) },
  }
}

/** The longest pause that the tries of this state can have asked for, in milliseconds. */
function longestPauseMs({ refusals, failure }: TokenState): number {
  return refusals > 0 || failure?.isFinal === true ? PAUSE_MAX_MS : COSTLY_SPACING_MS
}

/** Whether the token lasts for the calls of the next minute. */
export function isLasting(token: Token, now: number): boolean {
  return now < token.expiresAt - REFRESH_AHEAD_MS
}

/** Whether Zoho has refused the token, which it never let in, for so long that it is replaced. */
export function isRefusedForLong({ token, refusal }: TokenState, now: number): boolean {
  if (token === null || token.isLetIn || refusal === null) return false
  return now >= Math.max(refusal.since, token.refreshedAt) + REFUSED_KEPT_MS
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

/** Returns the state with one more try, which may cost a token. */
export function withTry(state: TokenState, startedAt: number): TokenState {
  return { ...state, refreshes: [...state.refreshes, startedAt].slice(-REFRESHES_MAX) }
}

/** Returns the state after the try brought this token. */
export function withToken(state: TokenState, token: Token): TokenState {
  return { ...state, token, pausedUntil: 0, refusals: 0, failure: null }
}

/** Returns the state after the try that began at `startedAt` brought none. */
export function withFailure(
  state: TokenState,
  { fault, words, meaning }: NoToken,
  startedAt: number,
  now: number,
): TokenState {
  const before = now <= state.pausedUntil + TROUBLE_GAP_MS ? state.failure : null
  const { since, tries } = before ?? { since: startedAt, tries: 0 }
  const isFinal = meaning === 'final'
  const failure = { since, tries: tries + 1, fault, words, isFinal }
  const last = state.refreshes.lastIndexOf(startedAt)
  const refreshes =
    meaning === 'perhapsGranted' ? state.refreshes : state.refreshes.filter((_, i) => i !== last)
  if (meaning === 'denied') {
    const refusals = state.refusals + 1
    const pausedUntil = now + backoffMs(DENIED_BACKOFF, refusals)
    return { ...state, refreshes, failure, refusals, pausedUntil }
  }
  const backoff = isFinal ? FINAL_BACKOFF : TRY_BACKOFF
  const costly = refreshes.filter((at) => at >= since).length
  const isCostly = meaning === 'perhapsGranted' && costly > COSTLY_QUICK_MAX
  const spacingMs = isCostly ? COSTLY_SPACING_MS : backoffMs(backoff, failure.tries)
  return { ...state, refreshes, failure, refusals: 0, pausedUntil: startedAt + spacingMs }
}

/** Returns the state after Zoho has answered a call with the present token. */
export function withTokenLetIn(state: TokenState): TokenState {
  const { token } = state
  return { ...state, token: token && { ...token, isLetIn: true }, refusal: null }
}

/** Returns the state after Zoho refused the present token, which it never let in. */
export function withTokenRefused(state: TokenState, words: string, now: number): TokenState {
  return { ...state, refusal: { since: state.refusal?.since ?? now, words } }
}
