// Verifies the events of one sale against the newest checkpoint, for the auditor's page.
import type { SaleId } from '../../domain/ids.ts'
import type { Checkpoint } from '../../domain/log/checkpoint.ts'
import { hexOf, leafHash } from '../../domain/log/hash.ts'
import type { EvidenceLog, StoredEvent } from '../evidence/bundle/evidence-log.port.ts'
import { parseStoredEvent } from '../log/parse-stored-event.ts'
import { makeSignedTree, type NewestSigned, type SignedTreeDeps } from './signed-tree.ts'

/** What the check of one sale found. */
export type SaleCheck =
  | {
      readonly type: 'whole'
      readonly events: number
      /** The last of these events that the checkpoint does not cover yet. */
      readonly newer: number
      readonly checkpoint: Checkpoint
    }
  | Exclude<NewestSigned, { readonly type: 'signed' }>

/**
 * Checks the signature of the newest checkpoint, and hashes the first `count` events of a sale anew.
 * Each event must name the one before it, and be proved to be in the checkpoint's tree. Reads about
 * log2(n) nodes for each event. An event that was removed after these is found by `audit verify`.
 *
 * @throws {AppError} `unavailable` or `lost`
 */
export type VerifySale = (saleId: SaleId, count: number) => Promise<SaleCheck>

export function makeVerifySale(
  deps: SignedTreeDeps & { readonly evidence: Pick<EvidenceLog, 'ofSale'> },
): VerifySale {
  const { evidence } = deps
  const signedTree = makeSignedTree(deps)

  return async (saleId, count) => {
    const newest = await signedTree.newest()
    if (newest.type !== 'signed') return newest
    const { checkpoint } = newest
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
        (await signedTree.whyNotIn(checkpoint, event.position, leaf)) ??
        whyNotNext(event, { saleId, sequence: index + 1, prev })
      if (why !== undefined) return { type: 'wrong', place: `position ${event.position}`, why }
      if (event.position > checkpoint.size) newer += 1
      prev = hexOf(leaf)
    }
    return { type: 'whole', events: events.length, newer, checkpoint }
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
