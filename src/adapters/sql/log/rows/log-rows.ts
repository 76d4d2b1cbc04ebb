// The rows of the log: its events, and the nodes of the tree over them.

import type { CompiledQuery, Kysely, Transaction } from 'kysely'
import { AppError } from '../../../../application/base/errors.ts'
import type { TreeNode } from '../../../../domain/log/growing-tree.ts'
import { type NodeAt, placeOf, sizeOf } from '../../../../domain/log/tree-ranges.ts'
import type { Database } from '../../database/database.ts'
import { prepareAhead, prepareLookUp, prepareRows } from '../../database/prepared-query.ts'
import type { EventTable, Schema, TreeNodeTable } from '../../database/schema.ts'
import type { RowsAsOne } from '../../database/sql-words.ts'

/** Rows that one group adds. */
export type AddedRows = {
  readonly events: readonly EventTable[]
  readonly nodes: readonly TreeNode[]
  /** How many events the log has with them. */
  readonly size: number
}

export interface LogRows {
  /** Adds events in the order of their positions, and their nodes, and moves the head of the log behind them. */
  append(tx: Transaction<Schema>, added: AddedRows): Promise<void>

  /** Adds nodes of the tree, in the order in which they became complete. */
  insertNodes(tx: Transaction<Schema>, nodes: readonly TreeNode[]): Promise<void>

  /**
   * Reads these nodes, in the order asked for.
   *
   * @throws {AppError} `unreadable` when one of them is missing.
   */
  readonly readNodes: NodeReader
}

export type NodeReader = {
  (db: Kysely<Schema>, at: readonly NodeAt[]): Promise<readonly TreeNode[]>

  /** What it asks, to be asked together with others. */
  bound(at: readonly NodeAt[]): readonly CompiledQuery<TreeNodeTable>[]

  /** The nodes, by the rows of that. @throws {AppError} as above */
  nodesIn(rows: readonly TreeNodeTable[], at: readonly NodeAt[]): readonly TreeNode[]
}

const EVENTS = {
  table: 'event',
  columns: ['position', 'sale_id', 'sequence', 'type', 'body'],
} as const

const NODES = { table: 'tree_node', columns: ['place', 'hash'] } as const

export function makeLogRows({ kysely, words }: Pick<Database, 'kysely' | 'words'>): LogRows {
  const { rowsAsOne } = words
  const events = prepareRows(kysely, EVENTS, rowsAsOne)
  const nodes = prepareRows(kysely, NODES, rowsAsOne)
  const appendAtOnce = rowsAsOne && prepareAppend(kysely, rowsAsOne)
  return {
    async append(tx, added) {
      if (appendAtOnce !== undefined) return appendAtOnce(tx, added)
      await events(tx, added.events)
      await nodes(tx, added.nodes.map(toRow))
    },

    insertNodes: (tx, added) => nodes(tx, added.map(toRow)),

    readNodes: makeNodeReader(kysely),
  }
}

export function makeNodeReader(kysely: Kysely<Schema>): NodeReader {
  const nodesAt = prepareLookUp(kysely, (db, places: readonly number[]) =>
    db.selectFrom('tree_node').select(['place', 'hash']).where('place', 'in', places),
  )

  return Object.assign(
    async (db: Kysely<Schema>, at: readonly NodeAt[]) =>
      nodesIn(await nodesAt(db, at.map(placeOf)), at),
    { bound: (at: readonly NodeAt[]) => nodesAt.bound(at.map(placeOf)), nodesIn },
  )
}

function nodesIn(rows: readonly TreeNodeTable[], at: readonly NodeAt[]): readonly TreeNode[] {
  const found = new Map(rows.map(({ place, hash }) => [place, hash]))
  return at.map(({ level, index }) => {
    const hash = found.get(placeOf({ level, index }))
    if (hash !== undefined) return { level, index, hash }
    throw new AppError('unreadable', `the tree of the log lacks node ${index} of level ${level}`)
  })
}

/** The leaf of the event at this position. */
export function leafAt(position: number): NodeAt {
  return { level: 0, index: position - 1 }
}

/** How many events the stored tree covers. */
export async function treeSize(db: Kysely<Schema>): Promise<number> {
  const last = await db
    .selectFrom('tree_node')
    .select((eb) => eb.fn.max('place').as('place'))
    .executeTakeFirstOrThrow()
  return last.place === null ? 0 : sizeOf(last.place + 1)
}

/** One round trip to a database on another machine, while all others wait for the head of the log. */
function prepareAppend(kysely: Kysely<Schema>, { select, textOf }: RowsAsOne) {
  type Given = { readonly events: string; readonly nodes: string; readonly size: number }
  const append = prepareAhead(kysely, (db, { events, nodes, size }: Given) =>
    db
      .with('node', (its) =>
        its
          .insertInto(NODES.table)
          .columns(NODES.columns)
          .expression(select(NODES.table, NODES.columns, nodes)),
      )
      .with('head', (its) => its.updateTable('log_head').set({ size }))
      .insertInto(EVENTS.table)
      .columns(EVENTS.columns)
      .expression(select(EVENTS.table, EVENTS.columns, events)),
  )
  return async (tx: Transaction<Schema>, { events, nodes, size }: AddedRows): Promise<void> => {
    await append(tx, { events: textOf(events), nodes: textOf(nodes.map(toRow)), size })
  }
}

function toRow(node: TreeNode): TreeNodeTable {
  return { place: placeOf(node), hash: bufferOf(node.hash) }
}

/** The same bytes: better-sqlite3 binds a Buffer only. */
function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
