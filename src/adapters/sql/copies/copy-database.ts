// Moves a log from one database to another: copies it, ends it in the first, compares both, and goes on in the second.

import type { Kysely, Transaction } from 'kysely'
import { AppError } from '../../../application/base/errors.ts'
import type { Actor } from '../../../application/log/event-record.ts'
import type { ServiceEvent } from '../../../application/log/service-events.ts'
import { parseCheckpoint, type SignedCheckpoint } from '../../../domain/log/checkpoint.ts'
import { type GrowingTree, growingTree } from '../../../domain/log/growing-tree.ts'
import { base64Of, sameBytes } from '../../../domain/log/hash.ts'
import type { EpochMs } from '../../../domain/time.ts'
import type { Database } from '../database/database.ts'
import { withAppErrors } from '../database/database-failure.ts'
import type { Schema } from '../database/schema.ts'
import { makeLogEndReader } from '../log/rows/log-ends.ts'
import { openGroup } from '../log/rows/log-group.ts'
import { makeLogRows, treeSize } from '../log/rows/log-rows.ts'
import { COMPARED_TABLES, COPIED_TABLES } from './copied-tables.ts'
import type { CopyEnd } from './copy-end.ts'
import { copyEvents, readInto, rootAt } from './copy-events.ts'
import { copyPages, copyWhole, countRows } from './copy-rows.ts'
import { lastMove, unfinishedCopy } from './servable.ts'

const THE_ONE = 1

export type CopyRequest = {
  readonly from: CopyEnd
  readonly to: CopyEnd
  readonly actor: Actor
  readonly now: () => EpochMs
  /** Whether a move of the log to another place, from which nobody may serve it, is given up. */
  readonly givesUpEarlier: boolean
}

/** What the second database holds when all was compared. */
export type Copied = {
  /** Whether an earlier call had done all of it, and this one nothing. */
  readonly isDone: boolean
  readonly events: number
  /** Over these events, computed from them. In base64. */
  readonly root: string
  readonly checkpoint: SignedCheckpoint | undefined
  readonly rows: Readonly<Record<string, number>>
}

/**
 * Copies the log from `from` to `to`. It may be interrupted anywhere: the next call does the rest. Nothing is
 * changed in `from` before all events were read again from `to` and are the same.
 *
 * @throws {AppError} `refused` where one of them is served, where the log was moved elsewhere, or where `to`
 *   holds something else; `unreadable` where the two differ, with what differs; `unavailable`
 */
export function copyDatabase(request: CopyRequest): Promise<Copied> {
  return withAppErrors('copy', async () => {
    const { from, to } = request
    await from.requireStopped(from.database.kysely)
    await to.requireStopped(to.database.kysely)
    const done = await arrived(from, to)
    if (done !== undefined) return done
    await requireSameWay(request, from.database.kysely)
    await begin(request)
    await copyEvents(from, to)
    const tree = growingTree(0)
    await readInto(tree, to.database.kysely)
    await requireWhole(request, tree)
    await endSource(request)
    await copyEvents(from, to)
    for (const table of COPIED_TABLES.filter(({ reads }) => reads === 'pages')) {
      await copyPages(from.database.kysely, to.database.kysely, table)
    }
    const source = await stateOf(from.database.kysely)
    return to.database.kysely.transaction().execute((tx) => finish(request, tx, tree, source))
  })
}

/** What an earlier call has done, where that was all. */
async function arrived(from: CopyEnd, to: CopyEnd): Promise<Copied | undefined> {
  const moved = await lastMove(from.database.kysely)
  const db = to.database.kysely
  if (moved === undefined || (await unfinishedCopy(db)) !== undefined) return
  const { position } = moved
  if ((await treeSize(db)) <= position) return
  const next = db
    .selectFrom('event')
    .select('type')
    .where('position', '=', position + 1)
  if ((await next.executeTakeFirst())?.type !== 'LogArrived') return
  const root = await rootAt(db, position)
  if (!sameBytes(root, await rootAt(from.database.kysely, position))) return
  return { ...(await stateOf(db)), isDone: true, events: position, root: base64Of(root) }
}

/** A log that goes on in two places is two logs, of which one is wrong. */
async function requireSameWay(
  { from, to, givesUpEarlier }: CopyRequest,
  db: Kysely<Schema>,
): Promise<void> {
  const moved = await lastMove(db)
  if (moved === undefined || moved.to === to.name || givesUpEarlier) return
  const text = `the log of ${from.name} was moved to ${moved.to}: copy it there, or, where nobody will ever serve that, say --give-up-earlier`
  throw new AppError('refused', text)
}

/** Marks an empty database as a copy, or looks whether what is there is the beginning of this log. */
async function begin({ from, to, now }: CopyRequest): Promise<void> {
  const { kysely } = to.database
  if ((await unfinishedCopy(kysely)) === undefined) {
    for (const name of ['event', ...COPIED_TABLES.map((table) => table.name)]) {
      // Its one row is made with the table.
      if (name === 'token_shelf' || (await countRows(kysely, name)) === 0) continue
      throw new AppError('refused', `${to.name} is in use: its table ${name} is not empty`)
    }
    const mark = { id: THE_ONE, source: from.name, begun_at: now() }
    await kysely.insertInto('unfinished_copy').values(mark).execute()
    return
  }
  const size = await treeSize(kysely)
  const isBeginning =
    size <= (await treeSize(from.database.kysely)) &&
    sameBytes(await rootAt(kysely, size), await rootAt(from.database.kysely, size))
  if (isBeginning) return
  const text = `${to.name} is an unfinished copy of another log than that of ${from.name}: make it empty, or name another one`
  throw new AppError('refused', text)
}

/**
 * Compares the events, read from the copy, with what is known of them, before the log ends in its own database: a
 * damaged one is not moved.
 *
 * @param tree over the events of the copy
 */
async function requireWhole({ from, to }: CopyRequest, tree: GrowingTree): Promise<void> {
  const db = from.database.kysely
  const differs = [
    ...differences(from.name, to.name, {
      root: [base64Of(await rootAt(db, tree.size)), base64Of(tree.root())],
    }),
  ]
  const newest = await newestCheckpoint(db)
  if (newest !== undefined && newest.size <= tree.size) {
    const root = await rootAt(db, newest.size)
    const said = base64Of(newest.root)
    if (base64Of(root) !== said) {
      differs.push(`checkpoint ${newest.number} says root ${said}, the log has ${base64Of(root)}`)
    }
  }
  if (differs.length > 0) throw differsError(differs)
}

/** Records in the log where it goes on. From then on nothing is added to it here. */
async function endSource(request: CopyRequest): Promise<void> {
  const { from, to, actor, now } = request
  const { database } = from
  await database.kysely.transaction().execute(async (tx) => {
    const size = await database.logHead.lock(tx)
    await from.requireStopped(tx)
    await requireSameWay(request, tx)
    if ((await lastMove(tx))?.to === to.name) return
    const data = { to: to.name, size, root: base64Of(await rootAt(tx, size)) }
    await record(database, tx, { type: 'LogMoved', at: now(), data }, actor)
  })
}

/** Copies the last tables, compares all, and opens the copy for its first gateway. */
async function finish(
  { from, to, actor, now }: CopyRequest,
  tx: Transaction<Schema>,
  tree: GrowingTree,
  source: State,
): Promise<Copied> {
  await to.database.logHead.lock(tx)
  await to.requireStopped(tx)
  for (const table of COPIED_TABLES.filter(({ reads }) => reads === 'whole')) {
    await copyWhole(from.database.kysely, tx, table)
  }
  await readInto(tree, tx)
  const copy = { ...(await stateOf(tx)), root: base64Of(tree.root()) }
  const differs = differences(from.name, to.name, {
    root: [source.root, copy.root],
    'newest checkpoint': [source.checkpoint?.note, copy.checkpoint?.note],
    ...Object.fromEntries(
      COMPARED_TABLES.map((name) => [`rows of ${name}`, [source.rows[name], copy.rows[name]]]),
    ),
  })
  if (differs.length > 0) throw differsError(differs)
  const { size } = tree
  const data = { from: from.name, size, root: copy.root }
  await record(to.database, tx, { type: 'LogArrived', at: now(), data }, actor)
  await to.continueIds(tx)
  await tx.deleteFrom('unfinished_copy').execute()
  return { ...copy, isDone: false, events: size }
}

async function record(
  database: Database,
  tx: Transaction<Schema>,
  event: ServiceEvent,
  actor: Actor,
): Promise<void> {
  const rows = makeLogRows(database)
  const ends = await makeLogEndReader(database, rows).read(tx, { saleIds: [], hasOwn: true })
  const group = openGroup(tx, ends, rows)
  group.appendOwn([event], actor)
  await group.writeRows()
}

type State = Pick<Copied, 'root' | 'checkpoint' | 'rows'>

/** What a database says of itself: its root is that of the stored tree. */
async function stateOf(db: Kysely<Schema>): Promise<State> {
  const rows: Record<string, number> = {}
  for (const name of COMPARED_TABLES) rows[name] = await countRows(db, name)
  const root = base64Of(await rootAt(db, await treeSize(db)))
  return { root, checkpoint: await newestCheckpoint(db), rows }
}

async function newestCheckpoint(db: Kysely<Schema>): Promise<SignedCheckpoint | undefined> {
  const newest = await db
    .selectFrom('checkpoint')
    .select('note')
    .orderBy('number', 'desc')
    .limit(1)
    .executeTakeFirst()
  return newest && parseCheckpoint(newest.note)?.checkpoint
}

type Pair = readonly unknown[]

function differences(
  from: string,
  to: string,
  compared: Readonly<Record<string, Pair>>,
): readonly string[] {
  return Object.entries(compared)
    .filter(([, [one, other]]) => one !== other)
    .map(
      ([what, [one, other]]) => `${what}: ${one ?? 'none'} in ${from}, ${other ?? 'none'} in ${to}`,
    )
}

function differsError(differs: readonly string[]): AppError {
  return new AppError('unreadable', `the copy is not what it was made of: ${differs.join('; ')}`)
}
