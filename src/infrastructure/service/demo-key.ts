import { randomBytes } from 'node:crypto'
import type { ApiKey, KeyStore } from '../../application/access/key-store.port.ts'
import type { EpochMs } from '../../domain/time.ts'

/** A key for a newcomer: made at the start, kept in memory, and only where the CRM is the fake. */
export function withDemoKey(
  keys: KeyStore,
  createdAt: EpochMs,
): { readonly keys: KeyStore; readonly demoKey: string } {
  const demoKey = `plg_demo_${randomBytes(18).toString('base64url')}`
  const known: ApiKey = {
    id: 'demo',
    client: 'demo',
    scopes: ['admin'],
    createdAt,
    expiresAt: null,
    revokedAt: null,
  }
  const find = async (shown: string) => (shown === demoKey ? known : keys.find(shown))
  return { keys: { ...keys, find }, demoKey }
}
