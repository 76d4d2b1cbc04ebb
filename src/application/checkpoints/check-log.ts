// Checks at a start whether the log is still what its newest checkpoint says.
import { parseCheckpoint, type SignedCheckpoint } from '../../domain/log/checkpoint.ts'
import { growingTree } from '../../domain/log/growing-tree.ts'
import { leafHash, sameBytes } from '../../domain/log/hash.ts'
import { isSignedBy } from '../../domain/log/signed-note.ts'
import type { CheckSignature, Signer } from '../../domain/log/signing.ts'
import { nodesOf } from '../../domain/log/tree-ranges.ts'
import { parseVkey } from '../../domain/log/vkey.ts'
import { AppError } from '../base/errors.ts'
import type { CheckpointFile } from './checkpoint-file.port.ts'
import type { CheckpointLog } from './checkpoint-log.port.ts'
import type { KnownLogFile } from './known-log-file.port.ts'
import type { LogTree } from './log-tree.port.ts'
import { makeTreeProofs } from './tree-proofs.ts'
import { whyNotKnown } from './watch-log.ts'

/** The newest events, as many as are hashed anew at a start. `audit verify` hashes all events. */
const START_EVENTS_MAX = 100_000

/** Events that are read in one query. */
const PAGE_MAX = 2_000

/** What the check of the log found. */
export type LogCheck =
  | { readonly type: 'whole' }
  | {
      readonly type: 'differs'
      readonly why: string
      readonly size: number
      /** The newest checkpoint; `undefined` where there is none. */
      readonly known: SignedCheckpoint | undefined
      /** `false` where nothing is missing or another, as far as it is known, and only the key is not the one so far. */
      readonly isLoss: boolean
    }

export type CheckLogDeps = {
  readonly tree: LogTree
  readonly log: Pick<CheckpointLog, 'newest' | 'lastLossPosition'>
  readonly file: Pick<CheckpointFile, 'newest'>
  readonly signer: Signer
  readonly checkSignature: CheckSignature
  /** Left out where the database is a file of this machine. */
  readonly known?: Pick<KnownLogFile, 'read'> | undefined
}

/**
 * Compares the log with its newest checkpoint, and with what this gateway has seen of it since, before anything
 * is served. Reads the newest events and a few nodes, and writes nothing.
 *
 * @throws {AppError} `unavailable`, or `unreadable` for a checkpoint file that holds no checkpoint
 */
export async function checkLog(deps: CheckLogDeps): Promise<LogCheck> {
  const check = await compareWithCheckpoint(deps)
  if (deps.known === undefined || (check.type === 'differs' && check.isLoss)) return check
  const why = await whyNotKnown(deps.tree, deps.known)
  if (why === undefined) return check
  if (check.type === 'differs') return { ...check, isLoss: true }
  const [size, known] = [await deps.tree.size(), await deps.file.newest()]
  return { type: 'differs', why, size, known, isLoss: true }
}

async function compareWithCheckpoint(deps: CheckLogDeps): Promise<LogCheck> {
  const { tree, log, file, signer, checkSignature } = deps
  const proofs = makeTreeProofs(tree)
  const known = await file.newest()
  const size = await tree.size()
  const differs = (why: string, isLoss = true): LogCheck => {
    return { type: 'differs', why, size, known, isLoss }
  }

  if (known === undefined) {
    const listed = await log.newest()
    if (listed === undefined) return { type: 'whole' }
    const why = `the file with the newest checkpoint is gone; the log has checkpoint ${listed.number}`
    return { type: 'differs', why, size, known: listed, isLoss: true }
  }
  if (!isOurs(known)) {
    const why = `checkpoint ${known.number} is not signed with the key of this installation`
    return differs(why, size < known.size || (await whatIsWrong(known)) !== undefined)
  }
  const says = `checkpoint ${known.number} says ${known.size} events`
  if (size < known.size) return differs(`the log has ${size} events, ${says}`)
  const wrong = await whatIsWrong(known)
  if (wrong === undefined) return { type: 'whole' }
  return differs(`the log has ${size} events, ${says}, and ${wrong}`)

  async function whatIsWrong(checkpoint: SignedCheckpoint): Promise<string | undefined> {
    try {
      const root = await proofs.rootAt(checkpoint.size)
      if (sameBytes(root, checkpoint.root)) return await firstWrongEvent(checkpoint)
      return `its first ${checkpoint.size} are not those`
    } catch (error) {
      // A node of the tree is missing.
      if (error instanceof AppError && error.code === 'unreadable') return error.message
      throw error
    }
  }

  function isOurs({ note }: SignedCheckpoint): boolean {
    const key = parseVkey(signer.vkey)
    const parsed = parseCheckpoint(note)
    return (
      key !== undefined && parsed !== undefined && isSignedBy(checkSignature, parsed.signed, key)
    )
  }

  /** Builds the tree anew over the newest events, on top of the stored nodes of the older ones. */
  async function firstWrongEvent(checkpoint: SignedCheckpoint): Promise<string | undefined> {
    const from = Math.max(0, Math.min(checkpoint.size, size - START_EVENTS_MAX))
    const edge = nodesOf({ from: 0, to: from })
    const hashes = await tree.nodes(edge)
    const nodes = edge.flatMap((at, index) => {
      const hash = hashes[index]
      return hash === undefined ? [] : [{ ...at, hash }]
    })
    const grown = growingTree(from, nodes)
    let root = grown.size === checkpoint.size ? grown.root() : undefined
    const accepted = await log.lastLossPosition()
    while (grown.size < size) {
      for (const { position, leaf, body } of await tree.leaves(grown.size, PAGE_MAX)) {
        // What is missing before an accepted loss was accepted with it.
        if (body === undefined && position > accepted) return `event ${position} is missing`
        const hash = body === undefined ? leaf : leafHash(body)
        if (!sameBytes(hash, leaf)) return `event ${position} is another`
        grown.add(hash)
        if (grown.size === checkpoint.size) root = grown.root()
      }
    }
    const agrees =
      root !== undefined &&
      sameBytes(root, checkpoint.root) &&
      sameBytes(grown.root(), await proofs.rootAt(grown.size))
    return agrees ? undefined : 'its tree is not that of its events'
  }
}
