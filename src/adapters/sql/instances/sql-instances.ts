import {
  type Expression,
  type ExpressionBuilder,
  type Kysely,
  type SqlBool,
  sql,
  type Transaction,
} from 'kysely'
import type {
  InstanceNumber,
  Instances,
  OwnedSale,
  Renewal,
} from '../../../application/instances/instances.port.ts'
import type { SaleId } from '../../../domain/ids.ts'
import type { Database } from '../database/database.ts'
import { withAppErrors } from '../database/database-failure.ts'
import { withRepeats } from '../database/repeats.ts'
import type { Schema } from '../database/schema.ts'

/**
 * Keeps the instances in a table of the database that they serve. Whatever changes the owner of a sale holds
 * the head of the log, as every append does: so an append sees the owner of its moment.
 */
export function makeSqlInstances(database: Database): Instances {
  const { kysely, logHead, now } = database
  const leaseUntil = (leaseMs: number) => sql<number>`${now()} + ${leaseMs}`

  return {
    join(name, leaseMs) {
      return withRepeats('join', async () => {
        const { number } = await kysely
          .insertInto('instance')
          .values({ name, lease_until: leaseUntil(leaseMs) })
          .returning('number')
          .executeTakeFirstOrThrow()
        return number
      })
    },

    renew(instance, leaseMs) {
      return withRepeats('renew', () => renew(instance, leaseMs))
    },

    retire(instance) {
      return withRepeats('retire', async () => {
        await kysely
          .updateTable('instance')
          .set({ takes: 0 })
          .where('number', '=', instance)
          .execute()
      })
    },

    leave(instance) {
      return withRepeats('leave', async () => {
        await kysely.deleteFrom('instance').where('number', '=', instance).execute()
      })
    },

    takeOver(instance, limit) {
      return withRepeats('take over', () =>
        underHead((tx) => takeShare(database, tx, instance, limit)),
      )
    },

    owned(instance, after, limit) {
      return withAppErrors('owned', () => owned(kysely, instance, after, limit))
    },

    claim(instance, saleId) {
      return withRepeats('claim', () => underHead((tx) => claim(tx, instance, saleId)))
    },
  }

  /** One statement, but for a lease that is over. It waits for nobody who works on sales. */
  async function renew(instance: InstanceNumber, leaseMs: number): Promise<Renewal> {
    const begin = kysely
      .updateTable('instance')
      .set({ lease_until: leaseUntil(leaseMs) })
      .where('number', '=', instance)
    const renewed = await begin.where('lease_until', '>', now()).executeTakeFirst()
    if (renewed.numUpdatedRows > 0n) return 'renewed'
    const revived = await begin.executeTakeFirst()
    return revived.numUpdatedRows > 0n ? 'revived' : 'dead'
  }

  function underHead<T>(work: (tx: Transaction<Schema>) => Promise<T>): Promise<T> {
    return kysely.transaction().execute(async (tx) => {
      await logHead.lock(tx)
      return work(tx)
    })
  }
}

/** The unfinished sales, oldest first. */
function unfinished(db: Kysely<Schema>, limit: number) {
  return (
    db
      .selectFrom('sale')
      .select('sale_id')
      // A literal: the planner uses a partial index only for a condition it can read.
      .where('at_rest', '=', sql.lit(0))
      .orderBy('first_position')
      .limit(limit)
  )
}

async function owned(
  db: Kysely<Schema>,
  instance: InstanceNumber,
  after: SaleId | undefined,
  limit: number,
): Promise<readonly OwnedSale[]> {
  let query = unfinished(db, limit).select('sequence').where('owner', '=', instance)
  if (after !== undefined) {
    query = query.where('first_position', '>', ({ selectFrom }) =>
      selectFrom('sale').select('first_position').where('sale_id', '=', after),
    )
  }
  const rows = await query.execute()
  return rows.map(({ sale_id: saleId, sequence }) => ({ saleId, sequence }))
}

async function claim(
  tx: Transaction<Schema>,
  instance: InstanceNumber,
  saleId: SaleId,
): Promise<boolean> {
  const claimed = await tx
    .updateTable('sale')
    .set({ owner: instance })
    .where('sale_id', '=', saleId)
    .where((eb) => eb.or([eb('owner', '=', instance), hasNoOwner(eb)]))
    .where((eb) => eb.exists(rowOf(eb.val(instance))))
    .executeTakeFirst()
  return claimed.numUpdatedRows > 0n
}

/** A sale may name an instance that left, or that was removed when the sale was at rest. */
function hasNoOwner(eb: ExpressionBuilder<Schema, 'sale'>): Expression<SqlBool> {
  return eb.or([eb('owner', 'is', null), eb.not(eb.exists(rowOf(eb.ref('owner'))))])
}

function rowOf(number: Expression<InstanceNumber | null>) {
  return sql`(select 1 from instance where instance.number = ${number})`
}

/**
 * Which of the instances that take sales over this is: they are shared out among them by their positions.
 * `undefined` for one that is dead or has retired.
 */
async function shareOf(
  tx: Kysely<Schema>,
  instance: InstanceNumber,
): Promise<{ readonly index: number; readonly of: number } | undefined> {
  const taking = await tx
    .selectFrom('instance')
    .select('number')
    .where('takes', '=', 1)
    .orderBy('number')
    .execute()
  const index = taking.findIndex(({ number }) => number === instance)
  return index < 0 ? undefined : { index, of: taking.length }
}

async function takeShare(
  { words, now }: Database,
  tx: Transaction<Schema>,
  instance: InstanceNumber,
  limit: number,
): Promise<readonly SaleId[]> {
  await removeDead(tx, now, instance)
  const share = await shareOf(tx, instance)
  if (share === undefined) return []
  const rows = await unfinished(tx, limit)
    .where(hasNoOwner)
    .where(sql<SqlBool>`first_position % ${share.of} = ${share.index}`)
    .execute()
  const saleIds = rows.map((row) => row.sale_id)
  if (saleIds.length === 0) return []
  await tx
    .updateTable('sale')
    .set({ owner: instance })
    .where('sale_id', 'in', words.listOf(saleIds))
    .execute()
  return saleIds
}

/** Takes away the leases that are over, with the sales of their instances. */
async function removeDead(
  tx: Kysely<Schema>,
  now: Database['now'],
  self: InstanceNumber,
): Promise<void> {
  const dead = await tx
    .deleteFrom('instance')
    .where('lease_until', '<=', now())
    .where('number', '<>', self)
    .returning('number')
    .execute()
  if (dead.length === 0) return
  await tx
    .updateTable('sale')
    .set({ owner: null })
    .where('at_rest', '=', sql.lit(0))
    .where(
      'owner',
      'in',
      dead.map(({ number }) => number),
    )
    .execute()
}
