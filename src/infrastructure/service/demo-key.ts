import { isSameKey, newKeyText } from '../../adapters/key-text/key-text.ts'
import type { ApiKey, KeyStore } from '../../application/access/key-store.port.ts'
import type { EpochMs } from '../../domain/time.ts'

/** The id of the demo key, and the name of its client. No key that is kept has such an id. */
export const DEMO_KEY_ID = 'demo'

/** A key for a newcomer: made at the start, kept in memory, and only where the CRM is the fake. */
export function withDemoKey(
  keys: KeyStore,
  createdAt: EpochMs,
): { readonly keys: KeyStore; readonly demoKey: string } {
  const demoKey = newKeyText('demo')
  const known: ApiKey = {
    id: DEMO_KEY_ID,
    client: DEMO_KEY_ID,
    scopes: ['admin'],
    createdAt,
    expiresAt: null,
    revokedAt: null,
    lastUsedAt: null,
  }
  const find = async (shown: string) => (isSameKey(shown, demoKey) ? known : keys.find(shown))
  const findById = async (id: string) => (id === DEMO_KEY_ID ? known : keys.findById(id))
  return { keys: { ...keys, find, findById }, demoKey }
}
