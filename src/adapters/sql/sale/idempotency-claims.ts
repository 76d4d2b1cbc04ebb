// The claims of sales on Idempotency-Keys, stored as digests.

import { type Kysely, sql, type Transaction } from 'kysely'
import type { Claim, Claimed } from '../../../application/sale/run/sale-store.port.ts'
import type { SaleId } from '../../../domain/ids.ts'
import { type EpochMs, plusMs } from '../../../domain/time.ts'
import { digestOf } from '../database/digest.ts'
import { prepareQuery } from '../database/prepared-query.ts'
import type { IdempotencyClaimTable, Schema } from '../database/schema.ts'
import type { RowWriter } from '../log/rows/log-group.ts'

/** Milliseconds, 30 days. An older claim does not count any more, once its sale is decided. */
export const CLAIM_KEPT_MS = 2_592_000_000

/** Expired claims that one new sale deletes: more than it adds, so that the table does not grow for ever. */
export const EXPIRED_CLAIMS_REMOVED_MAX = 10

export interface IdempotencyClaims {
  /** The claim that holds this key at `now`: one that has not expired, or whose sale is undecided. */
  find(db: Kysely<Schema>, claim: Claim, now: EpochMs): Promise<Claimed | undefined>

  /** Stores a claim on a free key, in the place of an expired claim if there is one. */
  put(tx: Transaction<Schema>, claim: Claim, saleId: SaleId, now: EpochMs): Promise<void>

  /** For each new sale at these times, deletes some of the expired claims whose sales are decided, oldest first. */
  readonly removeExpired: RowWriter<EpochMs>
}

export function makeIdempotencyClaims(kysely: Kysely<Schema>): IdempotencyClaims {
  const find = prepareFind(kysely)
  const put = preparePut(kysely)
  const anyExpired = prepareAnyExpired(kysely)
  const removeExpired = prepareRemoveExpired(kysely)

  return {
    async find(db, claim, now) {
      const { client, key, request } = claim
      const expired = expiredAt(now)
      const { rows } = await find(db, { client, key_digest: digestOf(key), expired })
      const [row] = rows
      if (row === undefined) return
      return { saleId: row.sale_id, sameRequest: row.request_digest.equals(digestOf(request)) }
    },

    async put(tx, { client, key, request }, saleId, now) {
      await put(tx, {
        client,
        key_digest: digestOf(key),
        request_digest: digestOf(request),
        sale_id: saleId,
        claimed_at: now,
      })
    },

    async removeExpired(tx, times) {
      const expired = expiredAt(Math.max(...times) as EpochMs)
      // Most often there is none, and to look costs a tenth of the statement that deletes.
      if ((await anyExpired(tx, { expired })).rows.length === 0) return
      await removeExpired(tx, { expired, limit: EXPIRED_CLAIMS_REMOVED_MAX * times.length })
    },
  }
}

function prepareFind(kysely: Kysely<Schema>) {
  type Sought = Pick<IdempotencyClaimTable, 'client' | 'key_digest'> & { readonly expired: EpochMs }
  return prepareQuery(kysely, (db, sought: Sought) =>
    db
      .selectFrom('idempotency_claim as claim')
      // The row of a sale that began in the same group is not there yet; its claim is.
      .leftJoin('sale', 'sale.sale_id', 'claim.sale_id')
      .select(['claim.sale_id', 'claim.request_digest'])
      .where('claim.client', '=', sought.client)
      .where('claim.key_digest', '=', sought.key_digest)
      .where(({ eb, or }) =>
        or([eb('claim.claimed_at', '>', sought.expired), eb('sale.status', '=', 'in_progress')]),
      ),
  )
}

function preparePut(kysely: Kysely<Schema>) {
  return prepareQuery(kysely, (db, claimed: IdempotencyClaimTable) => {
    const { request_digest, sale_id, claimed_at } = claimed
    const { client, key_digest } = claimed
    return db
      .insertInto('idempotency_claim')
      .values({ client, key_digest, request_digest, sale_id, claimed_at })
      .onConflict((conflict) =>
        conflict
          .columns(['client', 'key_digest'])
          .doUpdateSet({ request_digest, sale_id, claimed_at }),
      )
  })
}

function prepareAnyExpired(kysely: Kysely<Schema>) {
  return prepareQuery(kysely, (db, { expired }: { readonly expired: EpochMs }) =>
    db
      .selectFrom('idempotency_claim')
      .select('claimed_at')
      .where('claimed_at', '<=', expired)
      .limit(sql.lit(1)),
  )
}

function prepareRemoveExpired(kysely: Kysely<Schema>) {
  type Removed = { readonly expired: EpochMs; readonly limit: number }
  return prepareQuery(kysely, (db, { expired, limit }: Removed) =>
    db
      .deleteFrom('idempotency_claim')
      .where(({ eb, refTuple, selectFrom }) =>
        eb(
          refTuple('client', 'key_digest'),
          'in',
          selectFrom('idempotency_claim as claim')
            .innerJoin('sale', 'sale.sale_id', 'claim.sale_id')
            .select(['claim.client', 'claim.key_digest'])
            .where('claim.claimed_at', '<=', expired)
            .where('sale.status', '<>', 'in_progress')
            .orderBy('claim.claimed_at')
            .limit(limit)
            .$asTuple('client', 'key_digest'),
        ),
      ),
  )
}

function expiredAt(now: EpochMs): EpochMs {
  return plusMs(now, -CLAIM_KEPT_MS)
}
