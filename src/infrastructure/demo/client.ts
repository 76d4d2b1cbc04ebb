// A client of the gateway, for the demo and the tests.
import { setTimeout as sleep } from 'node:timers/promises'
import type { SaleHistory } from '../../application/log/sale-reader.port.ts'

const POLL_MS = 100
const ENDED_WITHIN_MS = 30_000

/** A sale and its events, as far as the demo and the tests read them. */
export type ShownSale = Pick<SaleHistory, 'saleId' | 'status' | 'failure' | 'events'>

/** A client of the HTTP interface, as small as a program may write it. */
export type Client = {
  get(path: string): Promise<{ readonly status: number; readonly text: string }>
  /** Asks for a sale. `undefined` when the connection broke before an answer came. */
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
  /** The newest sales, at most `max`, newest first. */
  sales(max: number): Promise<readonly Pick<ShownSale, 'saleId' | 'status'>[]>
  /**
   * That sale, as soon as nothing is left to be done for it.
   *
   * @throws {Error} when that takes longer than 30 seconds.
   */
  atRest(saleId: string): Promise<ShownSale>
  /** The newest sale, as soon as nothing is left to be done for it. */
  newestAtRest(): Promise<ShownSale>
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

    sales,
    atRest,

    async newestAtRest() {
      const [newest] = await sales(1)
      if (newest === undefined) throw new Error('the gateway has no sale')
      return atRest(newest.saleId)
    },
  }

  async function sales(max: number): Promise<readonly Pick<ShownSale, 'saleId' | 'status'>[]> {
    const answer = await fetch(`${url}/sales?limit=${max}`, { headers })
    // The type of the published list, which this service itself answers with.
    return ((await answer.json()) as { readonly sales: readonly ShownSale[] }).sales
  }

  async function atRest(saleId: string): Promise<ShownSale> {
    for (let waitedMs = 0; waitedMs < ENDED_WITHIN_MS; waitedMs += POLL_MS) {
      const answer = await fetch(`${url}/sales/${saleId}`, { headers })
      const sale = (await answer.json()) as ShownSale
      if (isAtRest(sale)) return sale
      await sleep(POLL_MS)
    }
    throw new Error(`sale ${saleId} did not come to an end in ${ENDED_WITHIN_MS} ms`)
  }
}

/**
 * Whether the gateway has nothing left to do for a sale. A completed sale with an unanswered create, or
 * with one that a former owner may have sent, is at rest only after the second look, which `SaleSettled`
 * records.
 */
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
  const woke = types.lastIndexOf('OwnerWoke')
  return (!settles && woke === -1) || types.lastIndexOf('SaleSettled') > woke
}
