import type { ApiKey, KeyStore } from '../../../application/access/key-store.port.ts'

/**
 * Asks once for all requests of a turn of the event loop that show the same key, where the database is on
 * another machine. What is asked later is asked anew, so a key opens nothing once it is revoked.
 */
export function makeSharedFinds({ find }: Pick<KeyStore, 'find'>): KeyStore['find'] {
  // As many as there are requests that wait, at most.
  const asked = new Map<string, Promise<ApiKey | undefined>>()

  return (key) => {
    const there = asked.get(key)
    if (there !== undefined) return there
    const found = new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
      // Who comes from now on may know of a change that this question does not see.
      asked.delete(key)
      return find(key)
    })
    asked.set(key, found)
    return found
  }
}
