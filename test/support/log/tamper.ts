// Changes a database behind the back of the gateway.
import SqliteDatabase from 'better-sqlite3'
import { encodeRecord } from '../../../src/adapters/sql/log/rows/event-codec.ts'
import type { EventRecord } from '../../../src/application/log/event-record.ts'
import { makeSignedCheckpoint, parseCheckpoint } from '../../../src/domain/log/checkpoint.ts'
import { growingTree } from '../../../src/domain/log/growing-tree.ts'
import { type Hash, hexOf, leafHash } from '../../../src/domain/log/hash.ts'
import type { Signer } from '../../../src/domain/log/signing.ts'
import { nodesIn, placeOf } from '../../../src/domain/log/tree-ranges.ts'
import type { LogFiles } from './audit-log.ts'

export type Raw = SqliteDatabase.Database

/** Changes a database as somebody with access to the file can: the triggers are away meanwhile. */
export function tamper(db: string, work: (raw: Raw) => void): void {
  const raw = new SqliteDatabase(db)
  try {
    raw.pragma('synchronous = off')
    raw.pragma('ignore_check_constraints = on')
    const triggers = raw
      .prepare<[], { name: string; sql: string }>(
        "select name, sql from sqlite_schema where type = 'trigger'",
      )
      .all()
    raw.transaction(() => {
      for (const { name } of triggers) raw.exec(`drop trigger ${name}`)
      work(raw)
      for (const { sql } of triggers) raw.exec(sql)
    })()
  } finally {
    raw.close()
  }
}

/** Moves the events from `position` on by `by`, in their columns and in their bodies. */
export function shift(raw: Raw, position: number, by: number): void {
  raw.prepare('update event set position = -position - ? where position >= ?').run(by, position)
  raw.exec(`update event set position = -position,
    body = json_set(body, '$.position', -position) where position < 0`)
}

/** Inserts an event at `position`, and moves the events from there on. */
export function insertAt(raw: Raw, position: number, body: string): void {
  shift(raw, position, 1)
  const { saleId, sequence, type } = JSON.parse(body)
  raw
    .prepare('insert into event values (?, ?, ?, ?, json_set(?, ?, ?))')
    .run(position, saleId, sequence, type, body, '$.position', position)
}

/** Removes all but the first `size` events, with their nodes, as cleanly as one can without the key. */
export function cutTail(raw: Raw, size: number): void {
  raw.prepare('delete from event where position > ?').run(size)
  raw.prepare('delete from tree_node where place >= ?').run(nodesIn(size))
}

export function bodyAt(raw: Raw, position: number): string {
  const body = raw.prepare('select body from event where position = ?').pluck().get(position)
  if (typeof body !== 'string') throw new Error(`no event at ${position}`)
  return body
}

/**
 * Changes one event, and everything that depends on it: the chains, the tree, and with a signer every
 * checkpoint. Only somebody who knows how the log is made can do so. `finish` changes the text of the
 * event at the end.
 */
export function rewrite(
  { db, checkpoints }: LogFiles,
  position: number,
  change: (record: EventRecord) => EventRecord,
  signer: Signer | undefined,
  finish?: (text: string) => string,
): void {
  tamper(db, (raw) => {
    const leaves = rewriteEvents(raw, position, change, finish)
    raw.exec('delete from tree_node')
    const insert = raw.prepare('insert into tree_node values (?, ?)')
    const tree = growingTree(0)
    const roots: Hash[] = [tree.root()]
    for (const leaf of leaves) {
      for (const node of tree.add(leaf)) insert.run(placeOf(node), node.hash)
      roots.push(tree.root())
    }
    if (signer !== undefined) signAgain(raw, roots, signer, checkpoints)
  })
}

function rewriteEvents(
  raw: Raw,
  from: number,
  change: (record: EventRecord) => EventRecord,
  finish: (text: string) => string = (text) => text,
): readonly Hash[] {
  const rows = raw
    .prepare<[], { position: number; body: string }>(
      'select position, body from event order by position',
    )
    .all()
  const update = raw.prepare('update event set body = ? where position = ?')
  const last = new Map<string | null, string>()
  return rows.map(({ position, body }) => {
    const record: EventRecord = JSON.parse(body)
    const prev = last.get(record.saleId) ?? null
    const made = { ...(position === from ? change(record) : record), prev }
    const text = position === from ? finish(encodeRecord(made)) : encodeRecord(made)
    if (text !== body) update.run(text, position)
    const leaf = leafHash(Buffer.from(text))
    last.set(record.saleId, hexOf(leaf))
    return leaf
  })
}

function signAgain(raw: Raw, roots: readonly Hash[], signer: Signer, checkpoints: string): void {
  const rows = raw.prepare<[], { note: string }>('select note from checkpoint').all()
  const update = raw.prepare('update checkpoint set note = ? where number = ?')
  const file = new SqliteDatabase(checkpoints)
  for (const { note } of rows) {
    const known = parseCheckpoint(note)?.checkpoint
    const root = roots[known?.size ?? -1]
    if (known === undefined || root === undefined) throw new Error('no such checkpoint')
    const signed = makeSignedCheckpoint(signer, { ...known, root })
    update.run(signed.note, known.number)
    file.prepare('update newest set number = ?, note = ?').run(known.number, signed.note)
  }
  file.close()
}
