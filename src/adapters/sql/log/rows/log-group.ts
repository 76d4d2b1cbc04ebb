// One transaction in which a group of writes adds to the log. The only way in which an event gets
// into the log.

import type { Transaction } from 'kysely'
import type { CallsMade } from '../../../../application/log/crm-call.ts'
import { type Actor, toRecord } from '../../../../application/log/event-record.ts'
import type { LogEvent } from '../../../../application/log/service-events.ts'
import type { SaleId } from '../../../../domain/ids.ts'
import { edgeFor, growingTree } from '../../../../domain/log/growing-tree.ts'
import { type Hash, hexOf, leafHashOfText } from '../../../../domain/log/hash.ts'
import type { EventTable, Schema } from '../../database/schema.ts'
import { encodeRecord } from './event-codec.ts'
import type { LogEnds, SaleEnd, SaleRowKnown } from './log-ends.ts'
import type { LogRows } from './log-rows.ts'

/** Writes all rows of one kind that a group has collected, in a few statements. */
export type RowWriter<Row> = (tx: Transaction<Schema>, rows: readonly Row[]) => Promise<void>

/** What one write of a group may do. */
export interface LogGroup {
  /** For rows that other writes of the group have to see at once. */
  readonly tx: Transaction<Schema>

  /** The leaves of all events that were added so far, in their order. */
  readonly leaves: readonly Hash[]

  /** A sale that this write named; `undefined` when it has no event yet. */
  saleEnd(saleId: SaleId): SaleEnd | undefined

  /** Adds events of no sale. Returns the position of the first. */
  appendOwn(events: readonly LogEvent[], actor: Actor): number

  /** Adds events to a sale that this write named. Returns the position of the first. */
  appendToSale(
    saleId: SaleId,
    events: readonly LogEvent[],
    actor: Actor,
    callsMade?: CallsMade,
  ): number

  /** Remembers the row that a sale gets with the group, for the writes after this one. */
  setSaleRow(saleId: SaleId, row: SaleRowKnown): void

  /** Adds a row to those that `writer` writes with the group, in the order of the calls. */
  collect<Row>(writer: RowWriter<Row>, row: Row): void

  /** Writes the events and rows that were added so far, for a write that has to find them. */
  writeRows(): Promise<void>
}

type Collected = {
  readonly add: (row: unknown) => void
  readonly write: () => Promise<void>
}

/** Rows of several kinds, each kind to be written at once. */
function makeCollector(tx: Transaction<Schema>) {
  const collected = new Map<unknown, Collected>()
  return {
    collect<Row>(writer: RowWriter<Row>, row: Row) {
      const there = collected.get(writer)
      if (there !== undefined) return there.add(row)
      const its = [row]
      // The rows under a writer are those that were collected for it.
      collected.set(writer, { add: (more) => its.push(more as Row), write: () => writer(tx, its) })
    },

    async writeAll(): Promise<void> {
      const toWrite = [...collected.values()]
      collected.clear()
      for (const { write } of toWrite) await write()
    },
  }
}

/**
 * Its rows are written by `writeRows`, at the latest before the transaction ends.
 *
 * @param ends where the log and the streams of this group end, read in this transaction; changed as
 *   the group goes on
 */
export function openGroup(tx: Transaction<Schema>, ends: LogEnds, rows: LogRows): LogGroup {
  const { collect, writeAll } = makeCollector(tx)
  // That of the log before the events that are to be written next, where it was read already.
  let { edge } = ends
  let events: EventTable[] = []
  let leaves: Hash[] = []
  const all: Hash[] = []

  return {
    tx,
    leaves: all,

    saleEnd: (saleId) => ends.sales.get(saleId),

    appendOwn(added, actor) {
      const first = ends.last + leaves.length + 1
      for (const event of added) ends.ownLeaf = append(event, { actor, prev: ends.ownLeaf })
      return first
    },

    appendToSale(saleId, added, actor, callsMade) {
      const first = ends.last + leaves.length + 1
      let end = ends.sales.get(saleId) ?? { sequence: 0, leaf: null, row: undefined }
      for (const [index, event] of added.entries()) {
        const sequence = end.sequence + 1
        // All events of one append come from the same calls. The first event records them.
        const calls = index === 0 && callsMade !== undefined ? { callsMade } : {}
        const leaf = append(event, { actor, prev: end.leaf, saleId, sequence, ...calls })
        end = { ...end, sequence, leaf }
      }
      ends.sales.set(saleId, end)
      return first
    },

    setSaleRow(saleId, row) {
      const end = ends.sales.get(saleId)
      if (end !== undefined) ends.sales.set(saleId, { ...end, row })
    },

    collect,

    async writeRows() {
      const added = { events, leaves, from: ends.last }
      events = []
      leaves = []
      if (added.events.length > 0) {
        ends.last += added.events.length
        edge ??= await rows.readNodes(tx, edgeFor(added.from, added.events.length))
        const tree = growingTree(added.from, edge)
        edge = undefined
        const nodes = added.leaves.flatMap((leaf) => tree.add(leaf))
        await rows.append(tx, { events: added.events, nodes, size: ends.last })
      }
      await writeAll()
    },
  }

  /** Returns the leaf of the event. */
  function append(
    event: LogEvent,
    {
      prev,
      saleId = null,
      sequence = null,
      ...about
    }: {
      readonly actor: Actor
      readonly prev: Hash | null
      readonly saleId?: SaleId | null
      readonly sequence?: number | null
      readonly callsMade?: CallsMade
    },
  ): Hash {
    const position = ends.last + leaves.length + 1
    const place = { position, saleId, sequence, prev: prev === null ? null : hexOf(prev) }
    const body = encodeRecord(toRecord(event, { ...place, ...about }))
    const leaf = leafHashOfText(body)
    events.push({ position, sale_id: saleId, sequence, type: event.type, body })
    leaves.push(leaf)
    all.push(leaf)
    return leaf
  }
}
