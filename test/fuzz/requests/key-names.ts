// The API keys that the fuzz shows: one of each scope, and each kind that opens nothing.

import { SCOPES, type Scope } from '../../../src/application/access/key-store.port.ts'

export const BAD_KEYS = ['none', 'unknown', 'malformed', 'expired', 'revoked'] as const

export type BadKey = (typeof BAD_KEYS)[number]
export type KeyName = Scope | BadKey

export const KEY_NAMES: readonly KeyName[] = [...SCOPES, ...BAD_KEYS]

export function isBad(name: KeyName): name is BadKey {
  return (BAD_KEYS as readonly string[]).includes(name)
}
