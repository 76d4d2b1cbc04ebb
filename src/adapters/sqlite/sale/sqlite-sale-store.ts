import { type Kysely, sql, type Transaction } from 'kysely'
import { AppError } from '../../../application/base/errors.ts'
import type {
  Append,
  Claim,
  Claimed,
  SaleStore,
} from '../../../application/sale/run/sale-store.port.ts'
import type { SaleId } from '../../../domain/ids.ts'
import type { EpochMs } from '../../../domain/time.ts'
import type { Database } from '../database/database.ts'
import type { Schema } from '../database/schema.ts'
import { withAppErrors } from '../database/sqlite-errors.ts'
import { appendEvents } from '../log/rows/append-events.ts'
import { putMails } from '../mail/put-mails.ts'
import { findClaim, putClaim, removeExpiredClaims } from './idempotency-claims.ts'
import { loadEvents, loadSales } from './load-sales.ts'
import { toColumns } from './sale-row.ts'

/** The sales' events, and what changes in one transaction with them: summary, claim and mails. */
export function makeSqliteSaleStore({ kysely }: Database): SaleStore {
  return {
    begin(first, claim, now) {
      return withAppErrors('begin', () =>
        kysely.transaction().execute((tx) => begin(tx, first, claim, now)),
      )
    },

    findClaim(claim, now) {
      return withAppErrors('findClaim', () => findClaim(kysely, claim, now))
    },

    async append(append) {
      await withAppErrors('append', () =>
        kysely.transaction().execute(async (tx) => {
          await requireSequence(tx, append)
          await appendEvents(tx, append, append.events, append.actor, append.callsMade)
          await tx
            .updateTable('sale')
            .set({
              sequence: append.after + append.events.length,
              ...toColumns(append.summary),
            })
            .where('sale_id', '=', append.saleId)
            .execute()
          await putMails(tx, append.mails)
        }),
      )
    },

    load(saleId) {
      return withAppErrors('load', () => loadEvents(kysely, saleId))
    },

    loadMany(saleIds) {
      return withAppErrors('load', () => loadSales(kysely, saleIds))
    },

    unfinished(after, limit) {
      return withAppErrors('unfinished', () => unfinished(kysely, after, limit))
    },
  }
}

async function begin(
  tx: Transaction<Schema>,
  first: Append & { readonly client: string },
  claim: Claim | undefined,
  now: EpochMs,
): Promise<Claimed | undefined> {
  const taken = claim === undefined ? undefined : await findClaim(tx, claim, now)
  if (taken !== undefined) return taken
  await requireSequence(tx, first)
  const firstPosition = await appendEvents(tx, first, first.events, first.actor)
  await tx
    .insertInto('sale')
    .values({
      first_position: firstPosition,
      sale_id: first.saleId,
      client: first.client,
      sequence: first.events.length,
      ...toColumns(first.summary),
    })
    .execute()
  if (claim !== undefined) await putClaim(tx, claim, first.saleId, now)
  await removeExpiredClaims(tx, now)
  await putMails(tx, first.mails)
  return undefined
}

async function unfinished(
  kysely: Kysely<Schema>,
  after: SaleId | undefined,
  limit: number,
): Promise<readonly SaleId[]> {
  let query = kysely
    .selectFrom('sale')
    .select('sale_id')
    // A literal: the planner uses a partial index only for a condition it can read.
    .where('at_rest', '=', sql.lit(0))
    .orderBy('first_position')
    .limit(limit)
  if (after !== undefined) {
    query = query.where('first_position', '>', ({ selectFrom }) =>
      selectFrom('sale').select('first_position').where('sale_id', '=', after),
    )
  }
  return (await query.execute()).map((row) => row.sale_id)
}

/** @throws {AppError} `conflict` when the sale has more or fewer events than the caller read. */
async function requireSequence(tx: Transaction<Schema>, append: Append): Promise<void> {
  const sale = await tx
    .selectFrom('sale')
    .select('sequence')
    .where('sale_id', '=', append.saleId)
    .executeTakeFirst()
  if ((sale?.sequence ?? 0) === append.after) return
  throw new AppError('conflict', `sale ${append.saleId}: it is no longer at ${append.after}`)
}
