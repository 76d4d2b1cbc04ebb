import type { Clock } from '../../../application/base/clock.port.ts'
import type { Priority } from '../../../application/crm/crm.port.ts'
import type { TokenStore } from '../../../application/crm/token-store.port.ts'
import type { CallFault, CallResult } from '../../../domain/sale/outcome.ts'
import type { EpochMs } from '../../../domain/time.ts'
import type { ZohoConfig, ZohoFetch } from '../exchange/zoho-config.ts'
import { REFRESH_TIMEOUT_MS, refreshToken } from './refresh-token.ts'
import { makeSeal } from './token-seal.ts'
import {
  isLasting,
  NO_TOKEN,
  notAhead,
  parseTokenState,
  refreshWaitMs,
  type Token,
  type TokenState,
  withAttempt,
} from './token-state.ts'

/**
 * A token that was refused within this time of its own refresh, and that no call was ever let in
 * with, is not refreshed again until it is over: the next one would fare no better.
 */
const REFRESH_PAUSE_MS = 60_000

/** The pause after a refusal to renew; it doubles with each that follows. */
const REFUSED_PAUSE_FIRST_MS = 60_000
const REFUSED_PAUSE_MAX_MS = 600_000

/** How often another process that renews the token is looked at, and for how many times. */
const OTHER_POLL_MS = 250
const OTHER_POLLS_MAX = 60

export type TokenResult = CallResult<string>

/** The one access token of the whole service, and of the processes beside it. */
export interface AccessToken {
  /** A token that is good for a while. However many ask, one refresh is made for all. */
  get(priority: Priority, signal: AbortSignal): Promise<TokenResult>

  /** Says that Zoho refused this token, so that the next `get` does not give it out again. */
  refuse(token: string): void

  /** Says that Zoho let a call in with this token. */
  accept(token: string): void

  /** What the present token allows; `null` without one, or where its answer did not say. */
  scopes(): readonly string[] | null

  /** Why Zoho renews no token any more; `undefined` as far as it does. */
  shut(): string | undefined
}

export function makeAccessToken(deps: {
  readonly config: ZohoConfig
  readonly fetch: ZohoFetch
  readonly clock: Clock
  readonly tokenStore: TokenStore
}): AccessToken {
  const { config, clock, tokenStore } = deps
  const seal = makeSeal(config)
  let state: TokenState = NO_TOKEN
  let refused: string | undefined
  let accepted: string | undefined
  let shutReason: string | undefined
  let renewing: Promise<TokenResult> | undefined
  let renewingForRollback: Promise<TokenResult> | undefined

  return {
    shut: () => shutReason,
    scopes: () => state.token?.scopes ?? null,

    async get(priority, signal) {
      const known = goodToken()
      if (known !== undefined) return { outcome: 'done', value: known.value }
      const renewal = isRollback(priority) ? renewForRollback() : renewForOthers()
      return withinSignal(renewal, signal)
    },

    accept(token) {
      accepted = token
    },

    refuse(token) {
      if (token === state.token?.value) refused = token
    },
  }

  function goodToken(): Token | undefined {
    const { token } = state
    if (token === null || token.value === refused) return undefined
    return isLasting(token, clock.now()) ? token : undefined
  }

  function renewForOthers(): Promise<TokenResult> {
    renewing ??= (renewingForRollback ?? renew(false)).finally(() => {
      renewing = undefined
    })
    return renewing
  }

  /** A rollback may use refreshes that others may not, so their refusal is not its own. */
  function renewForRollback(): Promise<TokenResult> {
    const others = renewing ?? Promise.resolve()
    renewingForRollback ??= others
      .then(() => renew(true))
      .finally(() => {
        renewingForRollback = undefined
      })
    return renewingForRollback
  }

  async function renew(forRollback: boolean): Promise<TokenResult> {
    for (let polls = 0; polls < OTHER_POLLS_MAX; polls += 1) {
      await takeFromStore()
      const shared = goodToken()
      if (shared !== undefined) return { outcome: 'done', value: shared.value }
      const waitMs = Math.max(freshlyRefusedMs(), refreshWaitMs(state, forRollback, clock.now()))
      if (waitMs > 0) return notYet(waitMs, freshlyRefusedMs() > 0 ? 'wrongAnswer' : 'throttled')
      const until = (clock.now() + REFRESH_TIMEOUT_MS) as EpochMs
      if (await claim(until)) return refresh().finally(release)
      await clock.sleep(OTHER_POLL_MS)
    }
    return { outcome: 'notSent', reason: 'no token: another process renews it', fault: 'timeout' }
  }

  async function refresh(): Promise<TokenResult> {
    // Counted before it is made: a process that dies of it must not forget that it was.
    await keep(withAttempt(state, clock.now()))
    const answer = await refreshToken(deps)
    switch (answer.type) {
      case 'renewed':
        shutReason = undefined
        await keep({ ...state, token: answer.token, pausedUntil: 0, refusals: 0 })
        return { outcome: 'done', value: answer.token.value }
      case 'shut':
        shutReason = answer.reason
        return notYet(await pause(), 'wrongAnswer')
      case 'denied':
        return notYet(await pause(), 'throttled')
      case 'failed':
        return { outcome: 'notSent', reason: `no token: ${answer.reason}`, fault: answer.fault }
    }
  }

  /** Asking again at once would lengthen Zoho's own pause, so ours lengthens first. */
  async function pause(): Promise<number> {
    const doublings = Math.min(state.refusals, 30)
    const ms = Math.min(REFUSED_PAUSE_FIRST_MS * 2 ** doublings, REFUSED_PAUSE_MAX_MS)
    await keep({ ...state, pausedUntil: clock.now() + ms, refusals: state.refusals + 1 })
    return ms
  }

  function notYet(retryAfterMs: number, fault: CallFault): TokenResult {
    if (shutReason !== undefined) {
      return { outcome: 'notSent', reason: shutReason, fault: 'wrongAnswer', retryAfterMs }
    }
    const reason = 'no token: it is not to be renewed yet'
    return { outcome: 'notSent', reason, fault, retryAfterMs }
  }

  function freshlyRefusedMs(): number {
    const { token } = state
    if (token === null || token.value !== refused || token.value === accepted) return 0
    return token.refreshedAt + REFRESH_PAUSE_MS - clock.now()
  }

  // A token store that fails costs a refresh more, not a sale: the token lives on in memory.
  async function takeFromStore(): Promise<void> {
    const sealed = await tokenStore.read().catch(() => undefined)
    const text = sealed && seal.open(sealed)
    const shared = text === undefined ? undefined : parseTokenState(text)
    if (shared === undefined || !isNewer(shared, state)) return
    state = notAhead(shared, clock.now(), REFUSED_PAUSE_MAX_MS)
    // Put right on the token store, too: read again, its times would be taken for the present each time.
    if (state !== shared) await keep(state)
  }

  async function keep(changed: TokenState): Promise<void> {
    state = changed
    await tokenStore.write(seal.close(JSON.stringify(changed))).catch(() => undefined)
  }

  async function claim(until: EpochMs): Promise<boolean> {
    return tokenStore.claim(clock.now(), until).catch(() => true)
  }

  async function release(): Promise<void> {
    await tokenStore.release().catch(() => undefined)
  }
}

function isRollback(priority: Priority): boolean {
  return priority === 'rollback' || priority === 'retry'
}

/** Each attempt is on record, so the state with the later one knows more. */
function isNewer(a: TokenState, b: TokenState): boolean {
  return (a.refreshes.at(-1) ?? 0) >= (b.refreshes.at(-1) ?? 0)
}

/** A caller whose time is over does not wait for the refresh; the others still get it. */
async function withinSignal(
  renewing: Promise<TokenResult>,
  signal: AbortSignal,
): Promise<TokenResult> {
  const over = Promise.withResolvers<TokenResult>()
  const reason = 'no time left to wait for a token'
  const end = () => over.resolve({ outcome: 'notSent', reason, fault: 'timeout' })
  if (signal.aborted) end()
  signal.addEventListener('abort', end, { once: true })
  try {
    return await Promise.race([renewing, over.promise])
  } finally {
    signal.removeEventListener('abort', end)
  }
}
