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
  /** The database that was there, under its new name; `null` where there was none. */
  readonly setAside: string | null
  /** The sales that were half-finished in the backup, and are held. */
  readonly held: readonly string[]
}

/** What is to be done, all of it decided. */
type Plan = {
  /** Files that make room, each under another name. */
  readonly moves: readonly { readonly from: string; readonly to: string }[]
  readonly draft: string
  readonly database: string
  /** Where the newest checkpoint is kept apart from the database. */
  readonly checkpoints: string
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
 * @param found.setsCheckpointsAside whether the file with the newest checkpoint cannot be read
 * @throws {AppError} `refused` when files of the new names are there already; nothing is changed then
 */
export async function putInPlace(
  found: Omit<Plan, 'moves' | 'draft' | 'restored'> & {
    readonly restored: Omit<Restored, 'setAside'>
    readonly setsCheckpointsAside: boolean
  },
  now: Date,
): Promise<Restored> {
  const { database, checkpoints, note, restored, setsCheckpointsAside } = found
  const stamp = now.toISOString().replaceAll(/[-:.]/g, '')
  const aside = (file: string) => `${file}.before-${stamp}`
  const moves = [...asideMoves(database, aside(database))]
  const setAside = moves.length > 0 ? aside(database) : null
  if (setsCheckpointsAside) moves.push({ from: checkpoints, to: aside(checkpoints) })
  const inTheWay = moves.find(({ to }) => existsSync(to))
  if (inTheWay !== undefined) throw new AppError('refused', `${inTheWay.to} is there already`)
  const draft = draftOf(database)
  writePlan({ moves, draft, database, checkpoints, note, restored: { ...restored, setAside } })
  return (await finishRestore(database)) ?? { ...restored, setAside }
}

/** Nothing is kept of a file without a byte: a start that went no further left it. */
function asideMoves(database: string, aside: string): readonly { from: string; to: string }[] {
  if ((statSync(database, { throwIfNoEntry: false })?.size ?? 0) === 0) return []
  return ['', '-wal', '-shm']
    .filter((end) => existsSync(`${database}${end}`))
    .map((end) => ({ from: `${database}${end}`, to: `${aside}${end}` }))
}

/**
 * Does what is left of a restore that was decided; returns `undefined` where there is none. It may be
 * interrupted, and repeated. To be called by who has the lock to serve the database.
 *
 * @throws {AppError} `unavailable`: it has to be called again
 */
export async function finishRestore(database: string): Promise<Restored | undefined> {
  if (!isHalfRestored(database)) return undefined
  const plan = readPlan(database)
  const { moves, draft, checkpoints, note, restored } = plan
  // As long as the draft is there, what has the name of the database is what it replaces.
  if (existsSync(draft)) {
    for (const { from, to } of moves) {
      // Where both are there, a start that was refused has made an empty file anew.
      if (existsSync(from) && !existsSync(to)) renameSync(from, to)
    }
    for (const folder of new Set(moves.map(({ to }) => path.dirname(to)))) syncPath(folder)
    renameSync(draft, database)
    syncPath(path.dirname(database))
  }
  if (note !== null) await raiseCheckpoint(checkpoints, note)
  rmSync(planOf(database))
  syncPath(path.dirname(database))
  return restored
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
function writePlan(plan: Plan): void {
  const file = planOf(plan.database)
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
