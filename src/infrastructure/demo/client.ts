import { setTimeout as sleep } from 'node:timers/promises'
import type { TimelineSale } from '../cli/sales/timeline.ts'

const POLL_MS = 100
const ENDED_WITHIN_MS = 30_000

/** What a program that uses the gateway would write, at its smallest. */
export type Client = {
  get(path: string): Promise<{ readonly status: number; readonly text: string }>
  /** `undefined` when the connection broke before an answer came. */
  sell(
    body: object,
    idempotencyKey?: string,
  ): Promise<
    | {
        readonly status: number
        readonly text: string
        readonly saleId: string | null
        readonly replayed: boolean
      }
    | undefined
  >
  /** The newest sale, as soon as nothing is left to be done for it. */
  newestAtRest(): Promise<TimelineSale>
}

export function makeClient(url: string, key: string): Client {
  const headers = { 'x-api-key': key }

  return {
    async get(path) {
      const response = await fetch(`${url}${path}`, { headers })
      return { status: response.status, text: await response.text() }
    },

    async sell(body, idempotencyKey) {
      try {
        const response = await fetch(`${url}/createSales`, {
          method: 'POST',
          headers: {
            ...headers,
            'content-type': 'application/json',
            ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
          },
          body: JSON.stringify(body),
        })
        return {
          status: response.status,
          text: await response.text(),
          saleId: response.headers.get('sale-id'),
          replayed: response.headers.get('idempotent-replayed') === 'true',
        }
      } catch {
        return undefined
      }
    },

    async newestAtRest() {
      for (let waitedMs = 0; waitedMs < ENDED_WITHIN_MS; waitedMs += POLL_MS) {
        const sale = await newest()
        if (isAtRest(sale)) return sale
        await sleep(POLL_MS)
      }
      throw new Error('the sale did not come to an end in time')
    },
  }

  async function newest(): Promise<TimelineSale> {
    const list = await (await fetch(`${url}/sales?limit=1`, { headers })).json()
    const { saleId } = (list as { readonly sales: readonly [{ readonly saleId: string }] }).sales[0]
    const sale = await fetch(`${url}/sales/${saleId}`, { headers })
    return (await sale.json()) as TimelineSale
  }
}

/** A completed sale with a step that was open is looked over once more, and says so. */
export function isAtRest({
  status,
  events,
}: {
  readonly status: string
  readonly events: readonly { readonly type: string }[]
}): boolean {
  if (status !== 'completed') return status === 'rolled_back'
  const types = events.map(({ type }) => type)
  const priced = types.indexOf('SalePriced')
  const opened = types.slice(priced, types.indexOf('SalesOrderCreated'))
  const settles = opened.includes('CreateUnanswered') || opened.includes('SaleInterrupted')
  return !settles || types.includes('SaleSettled')
}
