// What Zoho's answers have shown about the access token: whether it let a call in, or refused one.

import type { Clock } from '../../../application/base/clock.port.ts'
import { isLasting, type Token } from './token-state.ts'

/**
 * Milliseconds from its refresh in which a token that Zoho refuses, and never accepted, is not
 * replaced: the next token would be refused, too, and Zoho allows few refreshes.
 */
const REFRESH_PAUSE_MS = 60_000

export interface TokenTrust {
  /** Records that Zoho answered a call with this token. */
  accept(value: string): void

  /** Records that Zoho refused this token. */
  refuse(value: string): void

  /** Whether calls can be made with the token: it was not refused, and it lasts for a while. */
  isGood(token: Token | null): token is Token

  /** Milliseconds in which a refused token is not to be replaced yet; 0 or less when it may be. */
  pauseMs(token: Token | null): number
}

export function makeTokenTrust(clock: Clock): TokenTrust {
  let refused: string | undefined
  let accepted: string | undefined

  return {
    accept(value) {
      accepted = value
    },

    refuse(value) {
      refused = value
    },

    isGood(token): token is Token {
      return token !== null && token.value !== refused && isLasting(token, clock.now())
    },

    pauseMs(token) {
      if (token === null || token.value !== refused || token.value === accepted) return 0
      return token.refreshedAt + REFRESH_PAUSE_MS - clock.now()
    },
  }
}
