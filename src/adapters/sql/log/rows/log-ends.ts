// Where the log ends, and where the streams end to which a group adds: read once for the group.

import { type CompiledQuery, type Kysely, sql, type Transaction } from 'kysely'
import {
  type KnownLog,
  requireLeaf,
  requireLength,
} from '../../../../application/checkpoints/known-log.ts'
import type { SaleId } from '../../../../domain/ids.ts'
import type { TreeNode } from '../../../../domain/log/growing-tree.ts'
import type { Hash } from '../../../../domain/log/hash.ts'
import { nodesOf } from '../../../../domain/log/tree-ranges.ts'
import type { Database } from '../../database/database.ts'
import { prepareLookUp, prepareQuery } from '../../database/prepared-query.ts'
import type { SaleTable, Schema, TreeNodeTable } from '../../database/schema.ts'
import { type LogRows, leafAt } from './log-rows.ts'

/** The columns of a sale's row that a write keeps, or that tell whether it has to change the row's indexes. */
const KNOWN_COLUMNS = [
  'first_position',
  'client',
  'status',
  'failed_step',
  'at_rest',
  'amount_units',
  'amount_decimals',
  'currency',
  'owner',
] as const

export type SaleRowKnown = Pick<SaleTable, (typeof KNOWN_COLUMNS)[number]>

/** Where a sale ends. */
export type SaleEnd = {
  /** Of its last event; 0 before the first. */
  readonly sequence: number
  /** The leaf of its last event; `null` before the first, and for one older than the tree. */
  readonly leaf: Hash | null
  /** As it is once the rows that the group has collected are written; `undefined` before the first event. */
  readonly row: SaleRowKnown | undefined
}

export type LogEnds = {
  /** The position of the last event of the log; 0 in an empty one. */
  last: number
  /** The leaf of the last event that belongs to no sale; `null` before the first. */
  ownLeaf: Hash | null
  /** Only sales with an event. */
  readonly sales: Map<SaleId, SaleEnd>
  /** The edge of the tree of `last` events, where it was read with the rest. */
  readonly edge: readonly TreeNode[] | undefined
}

/** The rows of several statements. */
export type Answers = readonly (readonly unknown[])[]

type Asked = {
  readonly saleIds: readonly SaleId[]
  readonly hasOwn: boolean
  readonly more?: readonly CompiledQuery[]
}

/** Leaves that are remembered: those of more sales than this process drives at a time. */
const LEAVES_MAX = 2_048

export interface LogEndReader {
  /**
   * Locks the log until the transaction ends.
   *
   * @param asked.hasOwn whether the group adds events of no sale
   * @param asked.more what else the group has to know, to be read once the log is locked
   * @throws {AppError} `unreadable` when the tree lacks a leaf
   * @throws {LogDiffers} when the log is not the one that is known
   */
  read(tx: Transaction<Schema>, asked: Asked): Promise<LogEnds & { readonly more: Answers }>

  /** Remembers the last leaves of sales whose events are committed, so that they are not read back. */
  remember(sales: LogEnds['sales']): void
}

export function makeLogEndReader(
  { kysely, logHead, askTogether }: Pick<Database, 'kysely' | 'logHead' | 'askTogether'>,
  { readNodes }: Pick<LogRows, 'readNodes'>,
  known?: Pick<KnownLog, 'newest'>,
): LogEndReader {
  const queries = prepareQueries(kysely)
  const leaves = makeSaleLeaves(queries, readNodes)

  return {
    async read(tx, { saleIds, hasOwn, more = [] }) {
      const seen = known?.newest()
      // Most often nobody else has added to the log, and its edge is that of the end that is known.
      const edgeAt = seen === undefined ? [] : nodesOf({ from: 0, to: seen.size })
      const nodesAt = seen === undefined ? [] : [...edgeAt, leafAt(seen.size)]
      const nodeQueries = readNodes.bound(nodesAt)
      const asked = await askAtOnce(tx, saleIds, nodeQueries, more)
      const { last, rows } = asked
      // As it is known now: this may have waited long for the lock, and the database be another one since.
      requireLength(known?.newest(), last)
      const nodes = readNodes.nodesIn(asked.nodes, nodesAt)
      if (seen !== undefined) requireLeaf(seen, nodes.at(-1)?.hash, last)
      return {
        last,
        ownLeaf: hasOwn ? await readOwnLeaf(tx) : null,
        sales: await leaves.endsOf(tx, rows),
        edge: seen?.size === last ? nodes.slice(0, -1) : undefined,
        more: asked.more,
      }
    },

    remember: leaves.remember,
  }

  /** Locks the log, and asks in the same round trip what may be read only then. */
  async function askAtOnce(
    tx: Transaction<Schema>,
    saleIds: readonly SaleId[],
    nodes: readonly CompiledQuery<TreeNodeTable>[],
    more: readonly CompiledQuery[],
  ) {
    const sales = queries.saleRows.bound(saleIds)
    const all = await askTogether(tx, [logHead.locking, ...sales, ...nodes, ...more])
    const [head = [], ...answers] = all
    const [nodesFrom, moreFrom] = [sales.length, sales.length + nodes.length]
    return {
      last: logHead.sizeIn(head),
      rows: answers.slice(0, nodesFrom).flat() as SaleEndRow[],
      nodes: answers.slice(nodesFrom, moreFrom).flat() as TreeNodeTable[],
      more: answers.slice(moreFrom),
    }
  }

  async function readOwnLeaf(db: Kysely<Schema>): Promise<Hash | null> {
    const position = (await queries.lastOwn(db, {})).rows[0]?.position
    if (position === undefined) return null
    const [node] = await readNodes(db, [leafAt(position)])
    return node?.hash ?? null
  }
}

/** The last leaves of sales, of which the latest are remembered. */
function makeSaleLeaves(
  queries: Pick<ReturnType<typeof prepareQueries>, 'lastEvents'>,
  readNodes: LogRows['readNodes'],
) {
  // In the order in which they were last remembered. A leaf is true for its sequence for ever.
  const leaves = new Map<SaleId, { readonly sequence: number; readonly leaf: Hash | null }>()

  return {
    async endsOf(tx: Transaction<Schema>, rows: readonly SaleEndRow[]): Promise<LogEnds['sales']> {
      const unknown = rows.filter(
        ({ sale_id, sequence }) => leaves.get(sale_id)?.sequence !== sequence,
      )
      const read = await readLeaves(
        tx,
        unknown.map((row) => row.sale_id),
      )
      const sales = rows.map(({ sale_id: saleId, sequence, ...row }) => {
        const known = leaves.get(saleId)
        const leaf = known?.sequence === sequence ? known.leaf : (read.get(saleId) ?? null)
        return [saleId, { sequence, leaf, row }] as const
      })
      return new Map(sales)
    },

    remember(sales: LogEnds['sales']): void {
      for (const [saleId, { sequence, leaf }] of sales) {
        leaves.delete(saleId)
        leaves.set(saleId, { sequence, leaf })
      }
      for (const saleId of leaves.keys()) {
        if (leaves.size <= LEAVES_MAX) return
        leaves.delete(saleId)
      }
    },
  }

  async function readLeaves(
    db: Kysely<Schema>,
    saleIds: readonly SaleId[],
  ): Promise<ReadonlyMap<SaleId, Hash>> {
    if (saleIds.length === 0) return new Map()
    const events = await queries.lastEvents(db, saleIds)
    const nodes = await readNodes(
      db,
      events.map(({ position }) => leafAt(position)),
    )
    return new Map(
      events.flatMap(({ sale_id: saleId }, index) => {
        const hash = nodes[index]?.hash
        return hash === undefined ? [] : [[saleId, hash] as const]
      }),
    )
  }
}

type SaleEndRow = SaleRowKnown & Pick<SaleTable, 'sale_id' | 'sequence'>

function prepareQueries(kysely: Kysely<Schema>) {
  const lastOwn = prepareQuery(kysely, (db, _: object) =>
    db
      .selectFrom('event')
      .select('position')
      .where('sale_id', 'is', null)
      .where('sequence', 'is', null)
      .orderBy('position', 'desc')
      .limit(sql.lit(1)),
  )
  const saleRows = prepareLookUp(kysely, (db, saleIds: readonly SaleId[]) =>
    db
      .selectFrom('sale')
      .select(['sale_id', 'sequence', ...KNOWN_COLUMNS])
      .where('sale_id', 'in', saleIds),
  )
  const lastEvents = prepareLookUp(kysely, (db, saleIds: readonly SaleId[]) =>
    db
      .selectFrom('sale')
      .innerJoin('event', (join) =>
        join
          .onRef('event.sale_id', '=', 'sale.sale_id')
          .onRef('event.sequence', '=', 'sale.sequence'),
      )
      .select(['sale.sale_id', 'event.position'])
      .where('sale.sale_id', 'in', saleIds),
  )
  return { lastOwn, saleRows, lastEvents }
}
