// Looks each second whether the log is still the one that this process has seen, and keeps how far that is.
import { sameBytes } from '../../domain/log/hash.ts'
import type { Clock } from '../base/clock.port.ts'
import { errorCode } from '../base/errors.ts'
import type { Logger } from '../base/logger.port.ts'
import { type KnownLog, requireLeaf, requireLength, tooShort } from './known-log.ts'
import type { KnownLogFile } from './known-log-file.port.ts'
import type { LogTree } from './log-tree.port.ts'
import { makeTreeProofs } from './tree-proofs.ts'

/**
 * The pause between two looks, and so between two writes of the file: when the process ends, what it has seen in
 * its last second is not in the file.
 */
const LOOK_EVERY_MS = 1_000

/** Where the database may come back as another one: a standby that took over without the last commits. */
export interface WatchLog {
  /**
   * Compares the log with what is known, and notes how far it is now. What other gateways have added counts
   * from then on, too.
   *
   * @throws {LogDiffers} where the log is shorter, or another one
   * @throws {AppError} `unavailable`, or whatever else keeps the log from being read
   */
  look(): Promise<void>

  /** Looks each second, until `stop` is aborted. @throws {LogDiffers} and {AppError} `lost` */
  run(stop: AbortSignal): Promise<void>
}

export function makeWatchLog(deps: {
  readonly tree: Pick<LogTree, 'size' | 'nodes'>
  readonly known: KnownLog
  readonly file: KnownLogFile
  readonly clock: Clock
  readonly logger: Logger
}): WatchLog {
  const { tree, known, file, clock, logger } = deps
  const proofs = makeTreeProofs(tree)
  let written = 0

  return {
    look,

    async run(stop) {
      while (!stop.aborted) {
        await clock.sleep(LOOK_EVERY_MS, stop)
        if (stop.aborted) return
        await look().catch((err: unknown) => {
          if (errorCode(err) === 'lost' || errorCode(err) === undefined) throw err
          logger.warn({ err }, 'the log not looked at')
        })
      }
    },
  }

  async function look(): Promise<void> {
    const seen = known.newest()
    const size = await tree.size()
    requireLength(seen, size)
    if (size === 0) return
    const [leaf, there] = await tree.nodes([leafAt(size), leafAt(seen?.size ?? size)])
    if (seen !== undefined) requireLeaf(seen, there, size)
    if (leaf !== undefined) known.note({ size, leaf })
    if (size === written) return
    const root = await proofs.rootAt(size)
    try {
      await file.write({ size, root })
      written = size
    } catch (err) {
      logger.warn({ err }, 'how far the log is, not kept')
    }
  }
}

/**
 * Compares the log with the file, at a start.
 *
 * @returns why the log is not what this gateway has seen; `undefined` where it is
 */
export async function whyNotKnown(
  tree: Pick<LogTree, 'size' | 'nodes'>,
  file: Pick<KnownLogFile, 'read'>,
): Promise<string | undefined> {
  const known = await file.read()
  if (known === undefined) return undefined
  const size = await tree.size()
  if (size < known.size) return tooShort(size, known)
  const root = await makeTreeProofs(tree).rootAt(known.size)
  if (sameBytes(root, known.root)) return undefined
  return `the log has ${size} events, and its first ${known.size} are not those that this gateway has seen`
}

function leafAt(position: number) {
  return { level: 0, index: position - 1 }
}
