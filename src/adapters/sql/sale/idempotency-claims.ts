// The claims of sales on Idempotency-Keys, stored as digests.

import { type CompiledQuery, type Kysely, sql } from 'kysely'
import type { Claim, Claimed } from '../../../application/sale/run/sale-store.port.ts'
import type { SaleId } from '../../../domain/ids.ts'
import { type EpochMs, plusMs } from '../../../domain/time.ts'
import type { Database } from '../database/database.ts'
import { digestOf } from '../database/digest.ts'
import { prepareQuery, prepareRows } from '../database/prepared-query.ts'
import type { IdempotencyClaimTable, Schema } from '../database/schema.ts'
import type { RowsAsOne } from '../database/sql-words.ts'
import type { LogGroup, RowWriter } from '../log/rows/log-group.ts'

/** Milliseconds, 30 days. An older claim does not count any more, once its sale is decided. */
export const CLAIM_KEPT_MS = 2_592_000_000

/** Milliseconds until the next look for expired claims, after one that left none that could go: it is a round trip. */
export const EXPIRED_LOOK_MS = 60_000

/** Expired claims that one new sale deletes: more than it adds, so that the table does not grow for ever. */
export const EXPIRED_CLAIMS_REMOVED_MAX = 10

/** What each group stores so far, by the name of the key. It is in no answer that was asked for before the group. */
const stored = new WeakMap<LogGroup, Map<string, IdempotencyClaimTable>>()

export interface IdempotencyClaims {
  /** The claim that holds this key at `now`: one that has not expired, or whose sale is undecided. */
  find(db: Kysely<Schema>, claim: Claim, now: EpochMs): Promise<Claimed | undefined>

  /** What `find` asks, to be asked together with others. */
  finding(claim: Claim, now: EpochMs): CompiledQuery

  /** The claim that holds the key: one of the rows of `finding`, or one that this group stores. */
  takenIn(group: LogGroup, rows: readonly unknown[], claim: Claim): Claimed | undefined

  /** Stores with the group a claim on a free key, in the place of an expired claim if there is one. */
  put(group: LogGroup, claim: Claim, saleId: SaleId, now: EpochMs): void

  /** For each new sale at these times, deletes some of the expired claims whose sales are decided, oldest first. */
  readonly removeExpired: RowWriter<EpochMs>
}

export function makeIdempotencyClaims({
  kysely,
  words,
}: Pick<Database, 'kysely' | 'words'>): IdempotencyClaims {
  const find = prepareFind(kysely)
  const put = preparePut(kysely, words.rowsAsOne)
  const anyExpired = prepareAnyExpired(kysely)
  const removeExpired = prepareRemoveExpired(kysely)

  /** When no expired claim was left that could go. */
  let noneAt: EpochMs | undefined

  return {
    async find(db, claim, now) {
      const { rows } = await find(db, sought(claim, now))
      return claimedIn(rows, claim)
    },

    finding: (claim, now) => find.bound(sought(claim, now)),

    takenIn(group, rows, claim) {
      // Those of `finding`.
      const found = claimedIn(rows as readonly FoundClaim[], claim)
      if (found !== undefined) return found
      const own = stored.get(group)?.get(nameOf(claim))
      return own && claimedIn([own], claim)
    },

    put(group, claim, saleId, now) {
      const { client, key, request } = claim
      const row = {
        client,
        key_digest: digestOf(key),
        request_digest: digestOf(request),
        sale_id: saleId,
        claimed_at: now,
      }
      const others = stored.get(group) ?? new Map<string, IdempotencyClaimTable>()
      stored.set(group, others.set(nameOf(claim), row))
      group.collect(put, row)
    },

    async removeExpired(tx, times) {
      const now = Math.max(...times) as EpochMs
      // The wall clock may have jumped, either way.
      if (noneAt !== undefined && Math.abs(now - noneAt) < EXPIRED_LOOK_MS) return
      const expired = expiredAt(now)
      // To look costs a tenth of the statement that deletes.
      noneAt = (await anyExpired(tx, { expired })).rows.length === 0 ? now : undefined
      if (noneAt !== undefined) return
      const limit = EXPIRED_CLAIMS_REMOVED_MAX * times.length
      const { numAffectedRows = 0n } = await removeExpired(tx, { expired, limit })
      // What is left then is of sales that are undecided.
      if (numAffectedRows < limit) noneAt = now
    },
  }
}

type FoundClaim = Pick<IdempotencyClaimTable, 'sale_id' | 'request_digest'>

function claimedIn([row]: readonly FoundClaim[], { request }: Claim): Claimed | undefined {
  if (row === undefined) return
  return { saleId: row.sale_id, sameRequest: row.request_digest.equals(digestOf(request)) }
}

/** No other key of any client has this name. */
function nameOf({ client, key }: Claim): string {
  return JSON.stringify([client, key])
}

function sought({ client, key }: Claim, now: EpochMs) {
  return { client, key_digest: digestOf(key), expired: expiredAt(now) }
}

function prepareFind(kysely: Kysely<Schema>) {
  type Sought = Pick<IdempotencyClaimTable, 'client' | 'key_digest'> & { readonly expired: EpochMs }
  return prepareQuery(kysely, (db, sought: Sought) =>
    db
      .selectFrom('idempotency_claim as claim')
      .leftJoin('sale', 'sale.sale_id', 'claim.sale_id')
      .select(['claim.sale_id', 'claim.request_digest'])
      .where('claim.client', '=', sought.client)
      .where('claim.key_digest', '=', sought.key_digest)
      .where(({ eb, or }) =>
        or([eb('claim.claimed_at', '>', sought.expired), eb('sale.status', '=', 'in_progress')]),
      ),
  )
}

const CLAIMS = {
  table: 'idempotency_claim',
  columns: ['client', 'key_digest', 'request_digest', 'sale_id', 'claimed_at'],
} as const

function preparePut(kysely: Kysely<Schema>, rowsAsOne: RowsAsOne | undefined) {
  return prepareRows(kysely, CLAIMS, rowsAsOne, (insert) =>
    insert.onConflict((conflict) =>
      conflict.columns(['client', 'key_digest']).doUpdateSet((eb) => ({
        request_digest: eb.ref('excluded.request_digest'),
        sale_id: eb.ref('excluded.sale_id'),
        claimed_at: eb.ref('excluded.claimed_at'),
      })),
    ),
  )
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
