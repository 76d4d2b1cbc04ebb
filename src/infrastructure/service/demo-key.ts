import { isSameKey, newKeyText } from '../../adapters/key-text/key-text.ts'
import type { ApiKey, KeyStore } from '../../application/access/key-store.port.ts'
import type { EpochMs } from '../../domain/time.ts'

/** A key for a newcomer: made at the start, kept in memory, and only where the CRM is the fake. */
export function withDemoKey(
  keys: KeyStore,
  createdAt: EpochMs,
): { readonly keys: KeyStore; readonly demoKey: string } {
  const demoKey = newKeyText('demo')
  const known: ApiKey = {
    id: 'demo',
    client: 'demo',
    scopes: ['admin'],
    createdAt,
    expiresAt: null,
    revokedAt: null,
    lastUsedAt: null,
  }
  const find = async (shown: string) => (isSameKey(shown, demoKey) ? known : keys.find(shown))
  return { keys: { ...keys, find }, demoKey }
}
