import { type CompiledQuery, type Kysely, sql } from 'kysely'
import { AppError } from '../../../application/base/errors.ts'
import type { InstanceNumber } from '../../../application/instances/instances.port.ts'
import { ALONE, type Lease } from '../../../application/instances/lease.ts'
import {
  type ListedAmount,
  listedAmount,
  NO_AMOUNT,
} from '../../../application/log/listed-amount.ts'
import type { Append, SaleStore } from '../../../application/sale/run/sale-store.port.ts'
import type { SaleId } from '../../../domain/ids.ts'
import type { Database } from '../database/database.ts'
import { withAppErrors } from '../database/database-failure.ts'
import { prepareQuery } from '../database/prepared-query.ts'
import type { Schema } from '../database/schema.ts'
import type { Answers, SaleRowKnown } from '../log/rows/log-ends.ts'
import type { LogGroup } from '../log/rows/log-group.ts'
import type { LogWriter } from '../log/rows/log-writer.ts'
import { putMails } from '../mail/put-mails.ts'
import { makeIdempotencyClaims } from './idempotency-claims.ts'
import { loadEvents, loadSales } from './load-sales.ts'
import { makeSaleRowWriter, toAmountColumns, toColumns, toListedAmount } from './sale-row.ts'

/** The sales' events, and what changes in one transaction with them: summary, claim and mails. */
export function makeSqlSaleStore(
  database: Database,
  writer: LogWriter,
  { number: self }: Pick<Lease, 'number'> = ALONE,
): SaleStore {
  const { kysely } = database
  const claims = makeIdempotencyClaims(database)
  const saleRows = makeSaleRowWriter(database)
  const rowOf = makeRowOf(kysely)

  return {
    begin(first, claim, now) {
      const { saleId, client } = first
      const owner = self()
      const asks = [claim && claims.finding(claim, now), owner === null ? undefined : rowOf(owner)]
      const write = async (group: LogGroup, [claimed = [], own = []]: Answers) => {
        const taken = claim && claims.takenIn(group, claimed, claim)
        if (taken !== undefined) return taken
        if (owner !== null && own.length === 0) throw takenForDead(saleId)
        await add(group, first, (position) => ({ first_position: position, client, owner }))
        if (claim !== undefined) claims.put(group, claim, saleId, now)
        group.collect(claims.removeExpired, now)
        return undefined
      }
      return withAppErrors('begin', () => writer.write({ saleId, asks, write }))
    },

    findClaim(claim, now) {
      return withAppErrors('findClaim', () => claims.find(kysely, claim, now))
    },

    append(append) {
      const { saleId } = append
      const write = async (group: LogGroup) => {
        const row = group.saleEnd(saleId)?.row
        if (row !== undefined && append.ofFormerOwner !== true) requireOwner(saleId, row)
        await add(group, append, () => {
          if (row === undefined) throw new Error(`sale ${saleId}: no event begins it`)
          return row
        })
      }
      return withAppErrors('append', () => writer.write({ saleId, write }))
    },

    load(saleId) {
      return withAppErrors('load', () => loadEvents(database, saleId))
    },

    loadMany(saleIds) {
      return withAppErrors('load', () => loadSales(database, saleIds))
    },

    unfinished(after, limit) {
      return withAppErrors('unfinished', () => unfinished(kysely, after, limit))
    },
  }

  /** @throws {AppError} `conflict` when another instance owns the sale, or nobody, as after a long stop of this one. */
  function requireOwner(saleId: SaleId, { owner }: Pick<SaleRowKnown, 'owner'>): void {
    if (owner !== self()) throw new AppError('conflict', `sale ${saleId}: another instance has it`)
  }

  /**
   * @param fixed returns the columns that never change, given the position of the first event
   * @throws {AppError} `conflict` when the sale has more or fewer events than the caller read.
   */
  async function add(
    group: LogGroup,
    append: Append,
    fixed: (position: number) => Pick<SaleRowKnown, 'first_position' | 'client' | 'owner'>,
  ): Promise<void> {
    const { saleId, after, events, actor, callsMade, summary, mails } = append
    const end = group.saleEnd(saleId)
    if ((end?.sequence ?? 0) !== after) {
      throw new AppError('conflict', `sale ${saleId}: it is no longer at ${after}`)
    }
    const { first_position, client, owner } = fixed(
      group.appendToSale(saleId, events, actor, callsMade),
    )
    const sequence = after + events.length
    const amount = amountAfter(end?.row, events)
    const columns = { ...toColumns(summary), ...toAmountColumns(amount) }
    const row = { first_position, sale_id: saleId, client, owner, sequence, ...columns }
    group.collect(saleRows, { row, before: end?.row })
    group.setSaleRow(saleId, row)
    if (mails.length > 0) await putMails(group.tx, mails)
  }
}

/** What asks for the row of an instance: one object as long as it is about the same one, so that a group asks once. */
function makeRowOf(kysely: Kysely<Schema>): (instance: InstanceNumber) => CompiledQuery {
  const prepared = prepareQuery(kysely, (db, { instance }: { readonly instance: InstanceNumber }) =>
    db.selectFrom('instance').select('number').where('number', '=', instance),
  )
  let last: { readonly instance: InstanceNumber; readonly query: CompiledQuery } | undefined
  return (instance) => {
    if (last?.instance !== instance) last = { instance, query: prepared.bound({ instance }) }
    return last.query
  }
}

function takenForDead(saleId: SaleId): AppError {
  return new AppError('conflict', `sale ${saleId}: other instances took this one for dead`)
}

/** The amount of a sale with this row, after some more events. */
function amountAfter(row: SaleRowKnown | undefined, events: Append['events']): ListedAmount {
  const priced = events.find((event) => event.type === 'SalePriced')
  if (priced !== undefined) return listedAmount(priced)
  return row === undefined ? NO_AMOUNT : toListedAmount(row)
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
