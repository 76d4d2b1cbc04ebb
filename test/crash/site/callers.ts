// Callers of createSales over a real connection, and the list of what each sent and saw.
import { randomUUID } from 'node:crypto'

/**
 * Longer than any answer may take: a deadline of at most a minute, and a rollback after it, for which places of the
 * calls may have to become free. A caller that waits so long has found a defect.
 */
const PATIENCE_MS = 180_000

export type Ask = {
  readonly body: object
  readonly key?: string | undefined
}

/** What a caller sent, and what it saw: `status` is `undefined` where its connection broke. */
export type Told = Ask & {
  readonly requestId: string
  readonly status: number | undefined
  readonly text: string
  readonly saleId: string | null
}

/** Every request of the callers, with its answer. */
export type Ledger = {
  readonly told: readonly Told[]
  /** Asks once. Resolves when the answer is there, or the connection is gone. */
  ask(url: string, ask: Ask): Promise<Told>
  /** The last request of each key that has no final answer yet. */
  unsettled(): readonly Ask[]
}

export function makeLedger(apiKey: string): Ledger {
  const told: Told[] = []
  const open = new Map<string, Ask>()

  return {
    told,
    unsettled: () => [...open.values()],
    async ask(url, ask) {
      const requestId = randomUUID()
      if (ask.key !== undefined && !open.has(ask.key)) open.set(ask.key, ask)
      const seen = await send(url, ask, requestId)
      const entry = { ...ask, requestId, ...seen }
      told.push(entry)
      const isFinal = seen.status === 200 || seen.status === 500 || seen.status === 422
      if (ask.key !== undefined && isFinal) open.delete(ask.key)
      return entry
    },
  }

  async function send(url: string, { body, key }: Ask, requestId: string) {
    const askedAt = new Date().toISOString()
    try {
      const response = await fetch(`${url}/createSales`, {
        method: 'POST',
        signal: AbortSignal.timeout(PATIENCE_MS),
        headers: {
          'x-api-key': apiKey,
          'x-request-id': requestId,
          'content-type': 'application/json',
          ...(key === undefined ? {} : { 'idempotency-key': key }),
        },
        body: JSON.stringify(body),
      })
      const text = await response.text()
      return { status: response.status, text, saleId: response.headers.get('sale-id') }
    } catch (error) {
      if (error instanceof Error && error.name === 'TimeoutError') {
        const what = `${url}, request ${requestId} of ${askedAt}, ${key === undefined ? 'no key' : 'with a key'}`
        throw new Error(`no answer for ${PATIENCE_MS} ms: ${what}`, { cause: error })
      }
      return { status: undefined, text: '', saleId: null }
    }
  }
}
