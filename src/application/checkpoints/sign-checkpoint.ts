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
import { makeTreeProofs } from './tree-proofs.ts'

/** Attempts at one checkpoint. An attempt fails when another process signs at the same time. */
const ATTEMPTS_MAX = 20

const DAY_MS = 86_400_000

/**
 * Signs a checkpoint and returns it. The checkpoint is written to the file first: of two processes
 * that sign at the same time only one replaces the one before, and only that one goes on to the log.
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
      const before = await newestOf(inFile)
      const size = await tree.size()
      if (before !== undefined && reason !== 'accepted') await requireContinued(before, size)
      const root = await proofs.rootAt(size)
      const stated = { number: (before?.number ?? 0) + 1, size, root, at: clock.now(), reason }
      const next = makeSignedCheckpoint(signer, stated)
      if (await file.replace(inFile?.number ?? 0, next)) {
        const mails = await mailsWith(next)
        await log.add(next, mails)
        if (mails.length > 0) dailyMail?.onMail()
        return next
      }
    }
    throw new AppError('unavailable', 'checkpoint: other processes sign all the time')
  }

  /**
   * The newest checkpoint. A process that dies between file and log leaves it in the file only: then
   * it is added to the log here.
   */
  async function newestOf(
    inFile: SignedCheckpoint | undefined,
  ): Promise<SignedCheckpoint | undefined> {
    const listed = await log.newest()
    if (inFile === undefined || inFile.number <= (listed?.number ?? 0)) return listed
    await log.add(inFile, [])
    return inFile
  }

  async function requireContinued(before: SignedCheckpoint, size: number): Promise<void> {
    const isContinued =
      size >= before.size && sameBytes(await proofs.rootAt(before.size), before.root)
    if (isContinued) return
    const why = `the log of ${size} events does not continue number ${before.number}`
    throw new AppError('refused', `checkpoint: ${why}, which is over ${before.size}`)
  }

  async function mailsWith(checkpoint: SignedCheckpoint): Promise<readonly NewMail[]> {
    if (dailyMail === undefined) return []
    const lastAt = await log.lastMailAt()
    const isNew = lastAt === undefined || dayOf(lastAt) < dayOf(checkpoint.at)
    return isNew ? [checkpointMail(checkpoint, dailyMail.mailDomain)] : []
  }
}

/** The UTC day, counted from 1970. */
function dayOf(at: EpochMs): number {
  return Math.floor(at / DAY_MS)
}
