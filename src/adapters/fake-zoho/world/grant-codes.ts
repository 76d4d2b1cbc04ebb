// The grant codes of a self client, and the refresh tokens that they were exchanged for.
import { randomUUID } from 'node:crypto'

/** What the API console asks for when it makes a code. */
export type GrantRequest = {
  /** By default those of the settings. */
  readonly scopes?: readonly string[] | undefined
  /** Milliseconds; the console offers 3 to 10 minutes. By default 3 minutes. */
  readonly lifeMs?: number | undefined
}

export interface GrantCodes {
  /** Makes a code, as a person does in the API console. */
  make(request: GrantRequest): string
  /** Exchanges a code for a refresh token. `undefined`: not known, used before, or too old. */
  exchange(code: string): string | undefined
  /** Whether the refresh token came from a code, and was not ended by newer ones. */
  knows(refreshToken: string): boolean
  /** The scopes of the code of this refresh token; `undefined` for those of the settings. */
  scopesOf(refreshToken: string): readonly string[] | undefined
  clear(): void
}

const LIFE_MS = 180_000

/** Codes that wait at once; beyond, the oldest is dropped. */
const CODES_MAX = 100

/** Refresh tokens of one user. One more ends the oldest, as at Zoho. */
const REFRESH_TOKENS_MAX = 20

type Code = { readonly scopes: readonly string[] | undefined; readonly expiresAtMs: number }

export function makeGrantCodes(now: () => number): GrantCodes {
  const codes = new Map<string, Code>()
  const scopesByToken = new Map<string, readonly string[] | undefined>()
  return {
    make({ scopes, lifeMs = LIFE_MS }) {
      const code = newSecret()
      codes.set(code, { scopes, expiresAtMs: now() + lifeMs })
      dropOldest(codes, CODES_MAX)
      return code
    },
    exchange(code) {
      const found = codes.get(code)
      codes.delete(code)
      if (found === undefined || found.expiresAtMs <= now()) return undefined
      const refreshToken = newSecret()
      scopesByToken.set(refreshToken, found.scopes)
      dropOldest(scopesByToken, REFRESH_TOKENS_MAX)
      return refreshToken
    },
    knows: (refreshToken) => scopesByToken.has(refreshToken),
    scopesOf: (refreshToken) => scopesByToken.get(refreshToken),
    clear() {
      codes.clear()
      scopesByToken.clear()
    },
  }
}

function dropOldest(entries: Map<string, unknown>, max: number): void {
  const [oldest] = entries.keys()
  if (entries.size > max && oldest !== undefined) entries.delete(oldest)
}

/** A token or a code in Zoho's form. It is random, so that no other process can guess it. */
export function newSecret(): string {
  const hex = () => randomUUID().replaceAll('-', '')
  return `1000.${hex()}.${hex()}`
}
