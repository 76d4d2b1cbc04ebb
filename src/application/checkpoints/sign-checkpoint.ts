// Signs a checkpoint over the log as it is now, and keeps it in the file and in the log.
import {
  type CheckpointReason,
  makeSignedCheckpoint,
  type SignedCheckpoint,
} from '../../domain/log/checkpoint.ts'
import { sameBytes } from '../../domain/log/hash.ts'
import type { Signer } from '../../domain/log/signing.ts'
import type { EpochMs } from '../../domain/time.ts'
import type { WallClock } from '../base/clock.port.ts'
import { AppError } from '../base/errors.ts'
import type { NewMail } from '../mail/outbox.port.ts'
import type { CheckpointFile } from './checkpoint-file.port.ts'
import type { CheckpointLog } from './checkpoint-log.port.ts'
import { checkpointMail } from './checkpoint-mail.ts'
import type { LogTree } from './log-tree.port.ts'
import { otherKeyOf } from './other-key.ts'
import { makeTreeProofs, type TreeProofs } from './tree-proofs.ts'

/** Attempts at one checkpoint. An attempt fails when another process signs at the same time. */
const ATTEMPTS_MAX = 20

const DAY_MS = 86_400_000

/**
 * Signs a checkpoint and returns it. The checkpoint is written to the file first: of two processes of
 * one machine that sign at the same time only one replaces the one before, and only that one goes on to the
 * log. Of two machines only one adds its checkpoint to the log; what the other has in its file is as true,
 * and nobody was given it.
 *
 * @throws {AppError} `refused` when the log does not continue the newest checkpoint: nothing is signed
 * @throws {AppError} `unavailable` or `lost`, as the ports say
 */
export type SignCheckpoint = (reason: CheckpointReason) => Promise<SignedCheckpoint>

export type SignCheckpointDeps = {
  readonly tree: LogTree
  readonly log: CheckpointLog
  readonly file: CheckpointFile
  readonly signer: Signer
  readonly clock: WallClock
  /** Mails the first checkpoint of each day (UTC). Without it no checkpoint is mailed. */
  readonly dailyMail?: { readonly mailDomain: string; readonly onMail: () => void } | undefined
}

export function makeSignCheckpoint(deps: SignCheckpointDeps): SignCheckpoint {
  const { tree, log, file, signer, clock, dailyMail } = deps
  const proofs = makeTreeProofs(tree)

  return async (reason) => {
    for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
      const inFile = await file.newest()
      const listed = await log.newest()
      const isAhead = inFile !== undefined && inFile.number > (listed?.number ?? 0)
      const before = isAhead ? inFile : listed
      const size = await tree.size()
      if (before !== undefined && reason !== 'accepted') {
        requireOurKey(signer, before)
        await requireContinued(proofs, before, size)
      }
      // A process that died between file and log left it in the file only.
      if (isAhead && !(await log.add(inFile, []))) continue
      const root = await proofs.rootAt(size)
      const stated = { number: (before?.number ?? 0) + 1, size, root, at: clock.now(), reason }
      const next = makeSignedCheckpoint(signer, stated)
      if (!(await file.replace(inFile?.number ?? 0, next))) continue
      const mails = await mailsWith(next)
      // An instance on another machine has a file of its own, and may have been first in the log.
      if (!(await log.add(next, mails))) continue
      if (mails.length > 0) dailyMail?.onMail()
      return next
    }
    throw new AppError('unavailable', 'checkpoint: other processes sign all the time')
  }

  async function mailsWith(checkpoint: SignedCheckpoint): Promise<readonly NewMail[]> {
    if (dailyMail === undefined) return []
    const lastAt = await log.lastMailAt()
    const isNew = lastAt === undefined || dayOf(lastAt) < dayOf(checkpoint.at)
    return isNew ? [checkpointMail(checkpoint, dailyMail.mailDomain)] : []
  }
}

/** The newest checkpoint of the log, which is in the file of this machine then. */
export type FollowNewest = () => Promise<SignedCheckpoint | undefined>

/**
 * Copies the newest checkpoint of the log into the file, where another machine signed it: a log that is cut
 * short later is held against it here, too. What the file has is replaced by what continues it, and by
 * nothing else.
 *
 * @throws {AppError} `refused` when the log does not continue the file's checkpoint, or another key signed
 */
export function makeFollowNewest({
  tree,
  log,
  file,
  signer,
}: Pick<SignCheckpointDeps, 'tree' | 'file' | 'signer'> & {
  readonly log: Pick<CheckpointLog, 'newest'>
}): FollowNewest {
  const proofs = makeTreeProofs(tree)

  return async function followNewest() {
    const newest = await log.newest()
    if (newest === undefined) return undefined
    const inFile = await file.newest()
    if (newest.number <= (inFile?.number ?? 0)) return newest
    requireOurKey(signer, newest)
    if (inFile !== undefined) await requireContinued(proofs, inFile, newest.size)
    await requireContinued(proofs, newest, await tree.size())
    // Where another process of this machine was first, its file has this one or a newer one.
    await file.replace(inFile?.number ?? 0, newest)
    return newest
  }
}

async function requireContinued(
  proofs: Pick<TreeProofs, 'rootAt'>,
  before: SignedCheckpoint,
  size: number,
): Promise<void> {
  const isContinued =
    size >= before.size && sameBytes(await proofs.rootAt(before.size), before.root)
  if (isContinued) return
  const why = `the log of ${size} events does not continue number ${before.number}`
  throw new AppError('refused', `checkpoint: ${why}, which is over ${before.size}`)
}

/** Two keys in one log: two machines that each made one, as they began at the same moment. */
function requireOurKey(signer: Signer, before: SignedCheckpoint): void {
  const other = otherKeyOf(before, signer.vkey)
  if (other === undefined) return
  throw new AppError('refused', `checkpoint: number ${before.number} is signed with ${other}`)
}

/** The UTC day, counted from 1970. */
function dayOf(at: EpochMs): number {
  return Math.floor(at / DAY_MS)
}
