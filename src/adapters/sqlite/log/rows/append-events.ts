// The only way in which an event gets into the log.

import { sql, type Transaction } from 'kysely'
import type { CallsMade } from '../../../../application/log/crm-call.ts'
import { type Actor, toRecord } from '../../../../application/log/event-record.ts'
import type { LogEvent } from '../../../../application/log/service-events.ts'
import type { SaleId } from '../../../../domain/ids.ts'
import { edgeFor, growingTree, type TreeNode } from '../../../../domain/log/growing-tree.ts'
import { type Hash, hexOf, leafHash } from '../../../../domain/log/hash.ts'
import type { Schema } from '../../database/schema.ts'
import { encodeRecord } from './event-codec.ts'
import { insertNodes, leafAt, readNodes } from './tree-rows.ts'

/** A sale and how many events it has so far; `null` for events that belong to no sale. */
type Stream = { readonly saleId: SaleId; readonly after: number } | null

/**
 * Adds events to the end of the log, and their leaves to its tree. The transaction holds the write
 * lock from its beginning, so no other writer takes the same position.
 *
 * @returns the position of the first event
 */
export async function appendEvents(
  tx: Transaction<Schema>,
  stream: Stream,
  events: readonly LogEvent[],
  actor: Actor,
  callsMade?: CallsMade,
): Promise<number> {
  const { last, before } = await endOf(tx, stream)
  const edgeAt = edgeFor(last, events.length)
  const leavesAt = before === null ? [] : [leafAt(before)]
  const read = await readNodes(tx, [...edgeAt, ...leavesAt])
  // The right edge of the tree: all that is needed to add leaves to it.
  const edge = read.slice(0, edgeAt.length)
  const tree = growingTree(last, edge)
  const nodes: TreeNode[] = []
  let prev: Hash | null = read[edgeAt.length]?.hash ?? null
  const rows = events.map((event, index) => {
    const position = last + index + 1
    const saleId = stream === null ? null : stream.saleId
    const sequence = stream === null ? null : stream.after + index + 1
    const place = { position, saleId, sequence, actor, prev: prev === null ? null : hexOf(prev) }
    // All events of one append come from the same calls. The first event records them.
    const withCalls = index === 0 && callsMade !== undefined ? { ...place, callsMade } : place
    const body = encodeRecord(toRecord(event, withCalls))
    prev = leafHash(Buffer.from(body))
    nodes.push(...tree.add(prev))
    return { position, sale_id: saleId, sequence, type: event.type, body }
  })
  await tx.insertInto('event').values(rows).execute()
  await insertNodes(tx, nodes)
  return last + 1
}

/** `last` is the last position of the log; `before` is that of the stream's last event. */
async function endOf(
  tx: Transaction<Schema>,
  stream: Stream,
): Promise<{ readonly last: number; readonly before: number | null }> {
  const before =
    stream === null
      ? sql`select position from event where sale_id is null and sequence is null
          order by position desc limit 1`
      : sql`select position from event
          where sale_id = ${stream.saleId} and sequence = ${stream.after}`
  const { rows } = await sql<{ readonly last: number | null; readonly before: number | null }>`
    select (select max(position) from event) as last, (${before}) as before
  `.execute(tx)
  return { last: rows[0]?.last ?? 0, before: rows[0]?.before ?? null }
}
