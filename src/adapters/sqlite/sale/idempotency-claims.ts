import type { Kysely, Transaction } from 'kysely'
import type { Claim, Claimed } from '../../../application/sale/sale-store.port.ts'
import type { SaleId } from '../../../domain/ids.ts'
import { type EpochMs, plusMs } from '../../../domain/time.ts'
import { digestOf } from '../database/digest.ts'
import type { Schema } from '../database/schema.ts'

/** 30 days. A claim older than this is as if it were not there, once its sale has been decided. */
export const CLAIM_KEPT_MS = 2_592_000_000

/** Expired claims that one new sale takes out: more than it adds, so the table stops growing. */
export const EXPIRED_CLAIMS_REMOVED_MAX = 10

export async function findClaim(
  db: Kysely<Schema>,
  claim: Claim,
  now: EpochMs,
): Promise<Claimed | undefined> {
  const row = await db
    .selectFrom('idempotency_claim as claim')
    .innerJoin('sale', 'sale.sale_id', 'claim.sale_id')
    .select(['claim.sale_id', 'claim.request_digest'])
    .where('claim.client', '=', claim.client)
    .where('claim.key_digest', '=', digestOf(claim.key))
    .where(({ eb, or }) =>
      or([eb('claim.claimed_at', '>', expiredAt(now)), eb('sale.status', '=', 'in_progress')]),
    )
    .executeTakeFirst()
  if (row === undefined) return
  const sameRequest = row.request_digest.equals(digestOf(claim.request))
  return { saleId: row.sale_id, sameRequest }
}

/** Stores a claim on a key that `findClaim` did not find, over an expired one if there is one. */
export async function putClaim(
  tx: Transaction<Schema>,
  claim: Claim,
  saleId: SaleId,
  now: EpochMs,
): Promise<void> {
  const claimed = {
    request_digest: digestOf(claim.request),
    sale_id: saleId,
    claimed_at: now,
  }
  await tx
    .insertInto('idempotency_claim')
    .values({ client: claim.client, key_digest: digestOf(claim.key), ...claimed })
    .onConflict((conflict) => conflict.columns(['client', 'key_digest']).doUpdateSet(claimed))
    .execute()
}

export async function removeExpiredClaims(tx: Transaction<Schema>, now: EpochMs): Promise<void> {
  await tx
    .deleteFrom('idempotency_claim')
    .where(({ eb, refTuple, selectFrom }) =>
      eb(
        refTuple('client', 'key_digest'),
        'in',
        selectFrom('idempotency_claim as claim')
          .innerJoin('sale', 'sale.sale_id', 'claim.sale_id')
          .select(['claim.client', 'claim.key_digest'])
          .where('claim.claimed_at', '<=', expiredAt(now))
          .where('sale.status', '<>', 'in_progress')
          .orderBy('claim.claimed_at')
          .limit(EXPIRED_CLAIMS_REMOVED_MAX)
          .$asTuple('client', 'key_digest'),
      ),
    )
    .execute()
}

function expiredAt(now: EpochMs): EpochMs {
  return plusMs(now, -CLAIM_KEPT_MS)
}
