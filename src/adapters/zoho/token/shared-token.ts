// The state of the access token, in memory and in the token store that all processes share.

import type { Clock } from '../../../application/base/clock.port.ts'
import type { TokenStore } from '../../../application/crm/token-store.port.ts'
import type { EpochMs } from '../../../domain/time.ts'
import type { ZohoConfig } from '../exchange/zoho-config.ts'
import { makeSeal } from './token-seal.ts'
import { isNewer, NO_TOKEN, notAhead, parseTokenState, type TokenState } from './token-state.ts'

/**
 * No method throws: a token store that fails costs one refresh more, and no sale, because the token
 * is in memory as well.
 */
export interface SharedToken {
  /** The state as far as this process knows it. */
  state(): TokenState

  /** Reads the store, and takes over what another process wrote there since. */
  takeOver(): Promise<void>

  /** Changes the state, in memory and in the store. */
  keep(changed: TokenState): Promise<void>

  /** Claims the right to renew the token; `false` while another process has it. */
  claim(until: EpochMs): Promise<boolean>

  /** Gives that right back. */
  release(): Promise<void>
}

export function makeSharedToken(deps: {
  readonly config: ZohoConfig
  readonly clock: Clock
  readonly tokenStore: TokenStore
}): SharedToken {
  const { config, clock, tokenStore } = deps
  const seal = makeSeal(config)
  let state: TokenState = NO_TOKEN

  return {
    state: () => state,
    keep,

    async takeOver() {
      const sealed = await tokenStore.read().catch(() => undefined)
      const text = sealed && seal.open(sealed)
      const stored = text === undefined ? undefined : parseTokenState(text)
      if (stored === undefined || !isNewer(stored, state)) return
      state = notAhead(stored, clock.now())
      // Wrong times are corrected in the store, too. Left there, they would be moved to the present
      // at every read, and never pass.
      if (state !== stored) await keep(state)
    },

    async claim(until) {
      return tokenStore.claim(clock.now(), until).catch(() => true)
    },

    async release() {
      await tokenStore.release().catch(() => undefined)
    },
  }

  async function keep(changed: TokenState): Promise<void> {
    state = changed
    await tokenStore.write(seal.close(JSON.stringify(changed))).catch(() => undefined)
  }
}
