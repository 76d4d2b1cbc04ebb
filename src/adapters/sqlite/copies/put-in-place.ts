// The last part of a restore: the prepared database takes the place of the one that was there. It is
// written down before it is done, so that whoever comes after a crash does the rest of it.

import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import path from 'node:path'
import { AppError } from '../../../application/base/errors.ts'
import { parseCheckpoint } from '../../../domain/log/checkpoint.ts'
import { syncPath } from '../../disk/sync-path.ts'
import { openCheckpointFile } from '../checkpoints/checkpoint-file.ts'

const OWNER_ONLY = 0o600

/** What a restore has put in place. */
export type Restored = {
  /** The backup that was restored. */
  readonly file: string
  readonly database: string
  /** Of the last event in the log now. */
  readonly position: number
  /** When the backup was made. */
  readonly madeAt: string
  /** The newest one of the log now; `null` where there is none. */
  readonly checkpoint: {
    readonly number: number
    readonly size: number
    readonly at: string
  } | null
  /** What was recorded as lost, and at which position; `null` where nothing is known to be. */
  readonly loss: { readonly position: number; readonly why: string } | null
  /** Whether something outside the backup showed how long the log was. */
  readonly isCompared: boolean
  /** The database that was there, under its new name, or what was left of it; `null` without anything. */
  readonly setAside: string | null
  /** The sales that were half-finished in the backup, and are held. */
  readonly held: readonly string[]
}

/** Where the log is: its database, and the newest checkpoint apart from it. */
export type LogPlaces = { readonly database: string; readonly checkpoints: string }

/** What is to be done, all of it decided. It has no paths, because the folder may be moved meanwhile. */
type Plan = {
  /** Ends of the names of the files that make room; the empty one is the database itself. */
  readonly ends: readonly string[]
  /** Whether the file with the newest checkpoint makes room, too. */
  readonly setsCheckpointsAside: boolean
  /** What is added to the name of each file that makes room. */
  readonly aside: string
  /** The newest checkpoint of the draft. */
  readonly note: string | null
  readonly restored: Restored
}

/** Where a restore prepares the database, beside the one at `database`. */
export function draftOf(database: string): string {
  return `${database}-draft`
}

function planOf(database: string): string {
  return `${database}-restore`
}

/** Whether a restore was interrupted when all of it was decided: the database may be half in place. */
export function isHalfRestored(database: string): boolean {
  return existsSync(planOf(database))
}

/**
 * Decides that the draft takes the place of the database, and puts it there. What was there is kept.
 *
 * @param now names the files that make room
 * @throws {AppError} `refused` when files of the new names are there already; nothing is changed then
 */
export async function putInPlace(
  places: LogPlaces,
  found: Pick<Plan, 'note' | 'setsCheckpointsAside'> & {
    readonly restored: Omit<Restored, 'setAside'>
  },
  now: Date,
): Promise<Restored> {
  const { database } = places
  const aside = `.before-${now.toISOString().replaceAll(/[-:.]/g, '')}`
  const ends = endsOf(database)
  const setAside = ends[0] === undefined ? null : `${database}${aside}${ends[0]}`
  const plan: Plan = { ...found, ends, aside, restored: { ...found.restored, setAside } }
  const inTheWay = movesOf(plan, places).find(({ to }) => existsSync(to))
  if (inTheWay !== undefined) throw new AppError('refused', `${inTheWay.to} is there already`)
  writePlan(database, plan)
  return (await finishRestore(places)) ?? plan.restored
}

/**
 * Nothing is kept of a file without a byte: a start that went no further left it. SQLite's own files make
 * room even where their database is gone, or SQLite would write what they hold into the next one of the name.
 */
function endsOf(database: string): readonly string[] {
  const sizeOf = (end: string) => statSync(`${database}${end}`, { throwIfNoEntry: false })?.size
  return ['', '-wal', '-shm', '-journal'].filter((end) => (sizeOf(end) ?? 0) > 0)
}

function movesOf(
  { ends, aside, setsCheckpointsAside }: Plan,
  { database, checkpoints }: LogPlaces,
): readonly { readonly from: string; readonly to: string }[] {
  const moves = ends.map((end) => ({ from: `${database}${end}`, to: `${database}${aside}${end}` }))
  if (!setsCheckpointsAside) return moves
  return [...moves, { from: checkpoints, to: `${checkpoints}${aside}` }]
}

/**
 * Does what is left of a restore that was decided; returns `undefined` where there is none. It may be
 * interrupted, and repeated. To be called by who has the lock to serve the database.
 *
 * @throws {AppError} `unavailable`: it has to be called again
 */
export async function finishRestore(places: LogPlaces): Promise<Restored | undefined> {
  const { database, checkpoints } = places
  if (!isHalfRestored(database)) return undefined
  const plan = readPlan(database)
  const draft = draftOf(database)
  // As long as the draft is there, what has the name of the database is what it replaces.
  if (existsSync(draft)) {
    const moves = movesOf(plan, places)
    for (const { from, to } of moves) {
      // Where both are there, a start that was refused has made an empty file anew.
      if (existsSync(from) && !existsSync(to)) renameSync(from, to)
    }
    for (const folder of new Set(moves.map(({ to }) => path.dirname(to)))) syncPath(folder)
    renameSync(draft, database)
    syncPath(path.dirname(database))
  }
  if (plan.note !== null) await raiseCheckpoint(checkpoints, plan.note)
  rmSync(planOf(database))
  syncPath(path.dirname(database))
  return plan.restored
}

/** A checkpoint is never replaced by an older one. */
async function raiseCheckpoint(file: string, note: string): Promise<void> {
  const next = parseCheckpoint(note)?.checkpoint
  if (next === undefined) throw new AppError('unreadable', 'restore: its checkpoint is none')
  const checkpoints = openCheckpointFile(file)
  try {
    const number = (await checkpoints.newest())?.number ?? 0
    if (number >= next.number || (await checkpoints.replace(number, next))) return
    throw new AppError('unavailable', 'restore: another process signs a checkpoint')
  } finally {
    checkpoints.close()
  }
}

/** The rename is the moment at which the restore is decided. */
function writePlan(database: string, plan: Plan): void {
  const file = planOf(database)
  const draft = `${file}-draft`
  const descriptor = openSync(draft, 'w', OWNER_ONLY)
  try {
    writeSync(descriptor, JSON.stringify(plan))
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
  renameSync(draft, file)
  syncPath(path.dirname(file))
}

function readPlan(database: string): Plan {
  try {
    return JSON.parse(readFileSync(planOf(database), 'utf8')) as Plan
  } catch (cause) {
    throw new AppError('unreadable', `${planOf(database)} cannot be read`, { cause })
  }
}
