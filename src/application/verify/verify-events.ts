// Verifies single events, of whatever sale or of none, against the newest checkpoint.

import type { Checkpoint } from '../../domain/log/checkpoint.ts'
import { leafHash } from '../../domain/log/hash.ts'
import type { StoredEvent } from '../evidence/bundle/evidence-log.port.ts'
import { parseStoredEvent } from '../log/parse-stored-event.ts'
import { makeSignedTree, type NewestSigned, type SignedTreeDeps } from './signed-tree.ts'

/** Whether an event is in the checkpoint, is newer, or why it is wrong. */
export type EventCheck =
  | { readonly type: 'whole' }
  | { readonly type: 'newer' }
  | { readonly type: 'wrong'; readonly why: string }

/** What the check of some events found. */
export type EventsCheck =
  | Exclude<NewestSigned, { readonly type: 'signed' }>
  | {
      readonly type: 'checked'
      readonly checkpoint: Checkpoint
      /** In the order of the events. */
      readonly checks: readonly EventCheck[]
    }

/**
 * Checks the signature of the newest checkpoint, and that each of these events is in its tree, by a hash of
 * its stored bytes. Reads about log2(n) nodes for each event. Whether one is missing between
 * them is found by `audit verify`.
 *
 * @throws {AppError} `unavailable` or `lost`
 */
export type VerifyEvents = (events: readonly StoredEvent[]) => Promise<EventsCheck>

export function makeVerifyEvents(deps: SignedTreeDeps): VerifyEvents {
  const signedTree = makeSignedTree(deps)

  return async (events) => {
    const newest = await signedTree.newest()
    if (newest.type !== 'signed') return newest
    const { checkpoint } = newest
    const checks: EventCheck[] = []
    for (const event of events) checks.push(await checkOf(checkpoint, event))
    return { type: 'checked', checkpoint, checks }
  }

  async function checkOf(
    checkpoint: Checkpoint,
    { position, body }: StoredEvent,
  ): Promise<EventCheck> {
    const why = await signedTree.whyNotIn(checkpoint, position, leafHash(body))
    if (why !== undefined) return { type: 'wrong', why }
    if (position > checkpoint.size) return { type: 'newer' }
    // The tree has a leaf for whatever was stored there, also for what another program wrote.
    const isHere = parseStoredEvent(body)?.position === position
    return isHere ? { type: 'whole' } : { type: 'wrong', why: 'it says another place than it has' }
  }
}
