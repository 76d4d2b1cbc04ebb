// Verifies the events of one sale against the newest checkpoint, for the auditor's page.
import type { SaleId } from '../../domain/ids.ts'
import { type Checkpoint, parseCheckpoint } from '../../domain/log/checkpoint.ts'
import { hexOf, leafHash } from '../../domain/log/hash.ts'
import { provesInclusion } from '../../domain/log/proofs.ts'
import { isSignedBy } from '../../domain/log/signed-note.ts'
import type { CheckSignature, Signer } from '../../domain/log/signing.ts'
import { parseVkey } from '../../domain/log/vkey.ts'
import { errorCode } from '../base/errors.ts'
import type { CheckpointLog } from '../checkpoints/checkpoint-log.port.ts'
import type { LogTree } from '../checkpoints/log-tree.port.ts'
import { makeTreeProofs } from '../checkpoints/tree-proofs.ts'
import type { EvidenceLog, StoredEvent } from '../evidence/bundle/evidence-log.port.ts'
import { parseStoredEvent } from '../log/parse-stored-event.ts'

/** What the check of one sale found. */
export type SaleCheck =
  | {
      readonly type: 'whole'
      readonly events: number
      /** The last of these events that the checkpoint does not cover yet. */
      readonly newer: number
      readonly checkpoint: Checkpoint
    }
  | { readonly type: 'unsigned' }
  /** `place` is `position <n>` or `checkpoint <n>`. */
  | { readonly type: 'wrong'; readonly place: string; readonly why: string }

/**
 * Checks the signature of the newest checkpoint, and hashes the first `count` events of a sale anew.
 * Each event must name the one before it, and be proved to be in the checkpoint's tree. Reads about
 * log2(n) nodes for each event. An event that was removed after these is found by `audit verify`.
 *
 * @throws {AppError} `unavailable` or `lost`
 */
export type VerifySale = (saleId: SaleId, count: number) => Promise<SaleCheck>

export function makeVerifySale(deps: {
  readonly evidence: Pick<EvidenceLog, 'ofSale'>
  readonly tree: Pick<LogTree, 'nodes'>
  readonly checkpoints: Pick<CheckpointLog, 'newest'>
  readonly signer: Pick<Signer, 'name' | 'vkey'>
  readonly checkSignature: CheckSignature
}): VerifySale {
  const { evidence, tree, checkpoints, signer, checkSignature } = deps
  const proofs = makeTreeProofs(tree)
  const key = parseVkey(signer.vkey)

  return async (saleId, count) => {
    const newest = await checkpoints.newest()
    if (newest === undefined) return { type: 'unsigned' }
    const checkpoint = signedIn(newest.note)
    if (checkpoint === undefined) {
      const why = 'it is not signed with the key of this installation'
      return { type: 'wrong', place: `checkpoint ${newest.number}`, why }
    }
    const events = (await evidence.ofSale(saleId)).slice(0, count)
    if (events.length < count) {
      const why = `${count - events.length} events are missing after it`
      return { type: 'wrong', place: `position ${events.at(-1)?.position ?? 0}`, why }
    }
    let prev: string | null = null
    let newer = 0
    for (const [index, event] of events.entries()) {
      const leaf = leafHash(event.body)
      // The proof is checked first: the event after a changed one does not name it either.
      const why =
        (await whyNotIn(checkpoint, event, leaf)) ??
        whyNotNext(event, { saleId, sequence: index + 1, prev })
      if (why !== undefined) return { type: 'wrong', place: `position ${event.position}`, why }
      if (event.position > checkpoint.size) newer += 1
      prev = hexOf(leaf)
    }
    return { type: 'whole', events: events.length, newer, checkpoint }
  }

  /** The checkpoint in the signed text; `undefined` where the signature is not that of this log. */
  function signedIn(note: string): Checkpoint | undefined {
    const parsed = parseCheckpoint(note)
    const isOurs =
      key !== undefined &&
      parsed?.checkpoint.origin === signer.name &&
      isSignedBy(checkSignature, parsed.signed, key)
    return isOurs ? parsed.checkpoint : undefined
  }

  async function whyNotIn(
    { size, root }: Checkpoint,
    { position }: StoredEvent,
    leaf: Uint8Array,
  ): Promise<string | undefined> {
    if (position > size) return
    const index = position - 1
    try {
      const proof = await proofs.inclusion(index, size)
      if (provesInclusion(proof, { leaf, index, size }, root)) return
      return 'it is not the event that was signed'
    } catch (error) {
      if (errorCode(error) === 'unreadable') return 'what proves it is not there'
      throw error
    }
  }
}

function whyNotNext(
  { position, body }: StoredEvent,
  due: { readonly saleId: SaleId; readonly sequence: number; readonly prev: string | null },
): string | undefined {
  const record = parseStoredEvent(body)
  if (record === undefined) return 'it cannot be read'
  const isHere =
    record.position === position && record.saleId === due.saleId && record.sequence === due.sequence
  if (!isHere) return 'it says another place than it has'
  // Events that were recorded before the log had a tree name no event before them.
  const isChained = record.prev === undefined || record.prev === due.prev
  return isChained ? undefined : 'it names another event before it than there is'
}
