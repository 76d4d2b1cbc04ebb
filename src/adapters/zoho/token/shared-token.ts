// The state of the access token, in memory and in the token store that all processes share.

import type { WallClock } from '../../../application/base/clock.port.ts'
import type { TokenStore } from '../../../application/crm/token-store.port.ts'
import { type EpochMs, plusMs } from '../../../domain/time.ts'
import type { ZohoConfig } from '../exchange/zoho-config.ts'
import { REFRESH_TIMEOUT_MS } from './request-token.ts'
import { makeSeal } from './token-seal.ts'
import { NO_TOKEN, notAhead, parseTokenState, type TokenState } from './token-state.ts'

/** Milliseconds of a claim: one request for a token, and the writes around it. */
const CLAIM_MS = REFRESH_TIMEOUT_MS + 1_000

/**
 * No method throws: a token store that fails costs one refresh more, and no sale, because the token
 * is in memory as well.
 */
export interface SharedToken {
  /** The state as far as this process knows it. Its times are by `now`. */
  state(): TokenState

  /**
   * The time by the clock that all who share the token have in common, in milliseconds since the epoch: else
   * every pause that one writes would be over, or wrong, for another one whose clock is ahead.
   */
  now(): EpochMs

  /** Reads the store, and takes over what another process wrote there since. */
  takeOver(): Promise<void>

  /** Changes the state, in memory and in the store. */
  keep(changed: TokenState): Promise<void>

  /** Changes what is known of the present token, if it is still this one. */
  mark(value: string, change: (state: TokenState) => TokenState): Promise<void>

  /** Claims the right to renew the token; `false` while another process has it. */
  claim(): Promise<boolean>

  /** Gives that right back. */
  release(): Promise<void>
}

export function makeSharedToken(deps: {
  readonly config: ZohoConfig
  readonly clock: WallClock
  readonly tokenStore: TokenStore
}): SharedToken {
  const { config, clock, tokenStore } = deps
  const seal = makeSeal(config)
  let state: TokenState = NO_TOKEN
  /** Milliseconds by which the clock in common is ahead of this process's own. */
  let aheadMs = 0

  return {
    state() {
      // A clock that is set back while the process runs would keep the token, and a pause, for as long.
      state = notAhead(state, now())
      return state
    },
    now,
    keep,

    takeOver,
    claim,
    release,

    async mark(value, change) {
      state = change(state)
      // Without the claim, a write here could undo what a renewal writes. This process alone knows it then.
      if (!(await claim())) return
      await takeOver()
      if (state.token?.value === value) await keep(change(state))
      await release()
    },
  }

  function now(): EpochMs {
    return plusMs(clock.now(), aheadMs)
  }

  async function takeOver(): Promise<void> {
    const askedAt = clock.now()
    const shelved = await tokenStore.read(askedAt).catch(() => undefined)
    if (shelved !== undefined) aheadMs = aheadOf(shelved.at, askedAt, clock.now())
    const text = shelved?.sealed && seal.open(shelved.sealed)
    const stored = text === undefined ? undefined : parseTokenState(text)
    if (stored === undefined || stored.revision < state.revision) return
    state = notAhead(stored, now())
    // Wrong times are corrected in the store, too. Left there, they would be moved to the present
    // at every read, and never pass.
    if (state !== stored) await keep(state)
  }

  async function keep(changed: TokenState): Promise<void> {
    state = { ...changed, revision: state.revision + 1 }
    await tokenStore.write(seal.close(JSON.stringify(state))).catch(() => undefined)
  }

  async function claim(): Promise<boolean> {
    const own = clock.now()
    return tokenStore.claim(own, plusMs(own, CLAIM_MS)).catch(() => true)
  }

  async function release(): Promise<void> {
    await tokenStore.release().catch(() => undefined)
  }
}

/**
 * Milliseconds by which a clock is ahead that showed `at` at some time between two looks at one's own; 0 where the
 * two may show the same.
 */
function aheadOf(at: EpochMs, before: EpochMs, after: EpochMs): number {
  return at < before ? at - before : Math.max(0, at - after)
}
