// How a caller is let in, in the words of OpenAPI.

import type { Scope } from '../../../application/access/key-store.port.ts'
import type { Operation } from './document-types.ts'

export const API_KEY = {
  type: 'apiKey',
  in: 'header',
  name: 'x-api-key',
  description:
    'Your key. An operator makes it: gateway keys create --name CLIENT --scope SCOPE,… ' +
    'An operation names the scopes that open it; a key with admin opens all.',
} as const

/** A key with any of these scopes opens the operation, and so does `admin`. */
export function keyWith(...scopes: readonly Scope[]): Operation['security'] {
  return [...scopes, 'admin'].map((scope) => ({ apiKey: [scope] }))
}

export const NO_KEY: Operation['security'] = []
