// The claims of sales on Idempotency-Keys, stored as digests.

import type { Kysely, Transaction } from 'kysely'
import type { Claim, Claimed } from '../../../application/sale/run/sale-store.port.ts'
import type { SaleId } from '../../../domain/ids.ts'
import { type EpochMs, plusMs } from '../../../domain/time.ts'
import { digestOf } from '../database/digest.ts'
import type { Schema } from '../database/schema.ts'

/** Milliseconds, 30 days. An older claim does not count any more, once its sale is decided. */
export const CLAIM_KEPT_MS = 2_592_000_000

/** Expired claims that one new sale deletes: more than it adds, so that the table does not grow for ever. */
export const EXPIRED_CLAIMS_REMOVED_MAX = 10

/** The claim that holds this key at `now`: one that has not expired, or whose sale is undecided. */
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

/** Stores a claim on a free key, in the place of an expired claim if there is one. */
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

/** Deletes some of the expired claims whose sales are decided, oldest first. */
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
