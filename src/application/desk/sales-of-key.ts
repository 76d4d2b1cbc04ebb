// Finds the sales that one API key asked for, among those of its client.

import type { ApiKey } from '../access/key-store.port.ts'
import type { PlacedSale, SaleReader } from '../log/sale-reader.port.ts'
import type { Finds } from './finds.port.ts'

/** Sales of the client that are looked at, to find those of one key: each costs a read of its first event. */
export const KEY_SALES_LOOKED_AT_MAX = 1_000

/** Sales of a key that are listed. */
const LISTED_MAX = 20

export type SalesOfKey = {
  /** The newest ones, newest first. */
  readonly sales: readonly PlacedSale[]
  /** How many were found. */
  readonly count: number
  /** Whether all sales that its client asked for while the key was good were looked at. */
  readonly isWhole: boolean
}

/** @throws {AppError} `unavailable` or `lost` */
export type FindSalesOfKey = (key: ApiKey) => Promise<SalesOfKey>

export function makeSalesOfKey(deps: {
  readonly finds: Pick<Finds, 'ofApiKey'>
  readonly saleReader: Pick<SaleReader, 'find'>
}): FindSalesOfKey {
  const { finds, saleReader } = deps

  return async ({ id, client, createdAt: from, revokedAt, expiresAt }) => {
    const until = revokedAt ?? expiresAt ?? undefined
    const key = { id, client, from, until }
    const { saleIds, lookedAt } = await finds.ofApiKey(key, KEY_SALES_LOOKED_AT_MAX)
    const listed = await saleReader.find(saleIds.slice(0, LISTED_MAX))
    return {
      sales: listed.toSorted((a, b) => b.position - a.position),
      count: saleIds.length,
      isWhole: lookedAt < KEY_SALES_LOOKED_AT_MAX,
    }
  }
}
