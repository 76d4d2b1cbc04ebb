// The newest checkpoint as what stored events are held against.

import { type Checkpoint, parseCheckpoint } from '../../domain/log/checkpoint.ts'
import { provesInclusion } from '../../domain/log/proofs.ts'
import { isSignedBy } from '../../domain/log/signed-note.ts'
import type { CheckSignature, Signer } from '../../domain/log/signing.ts'
import { parseVkey } from '../../domain/log/vkey.ts'
import { errorCode } from '../base/errors.ts'
import type { CheckpointLog } from '../checkpoints/checkpoint-log.port.ts'
import type { LogTree } from '../checkpoints/log-tree.port.ts'
import { makeTreeProofs } from '../checkpoints/tree-proofs.ts'

export type SignedTreeDeps = {
  readonly tree: Pick<LogTree, 'nodes'>
  readonly checkpoints: Pick<CheckpointLog, 'newest'>
  readonly signer: Pick<Signer, 'name' | 'vkey'>
  readonly checkSignature: CheckSignature
}

/** The newest checkpoint, if it is signed with the key of this installation. */
export type NewestSigned =
  | { readonly type: 'signed'; readonly checkpoint: Checkpoint }
  | { readonly type: 'unsigned' }
  /** `place` is `position <n>` or `checkpoint <n>`. */
  | { readonly type: 'wrong'; readonly place: string; readonly why: string }

export type SignedTree = {
  /** @throws {AppError} `unavailable` or `lost` */
  newest(): Promise<NewestSigned>

  /** The checkpoint in a note; `undefined` where the signature is not that of this log. */
  signedIn(note: string): Checkpoint | undefined

  /**
   * Why the event at this position is not the one in the tree of the checkpoint; `undefined` where it is,
   * and where it is newer. Reads about log2(n) nodes.
   *
   * @throws {AppError} `unavailable` or `lost`
   */
  whyNotIn(checkpoint: Checkpoint, position: number, leaf: Uint8Array): Promise<string | undefined>
}

export function makeSignedTree(deps: SignedTreeDeps): SignedTree {
  const { tree, checkpoints, signer, checkSignature } = deps
  const proofs = makeTreeProofs(tree)
  const key = parseVkey(signer.vkey)

  return {
    async newest() {
      const newest = await checkpoints.newest()
      if (newest === undefined) return { type: 'unsigned' }
      const checkpoint = signedIn(newest.note)
      if (checkpoint !== undefined) return { type: 'signed', checkpoint }
      const why = 'it is not signed with the key of this installation'
      return { type: 'wrong', place: `checkpoint ${newest.number}`, why }
    },

    signedIn,

    async whyNotIn({ size, root }, position, leaf) {
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
    },
  }

  function signedIn(note: string): Checkpoint | undefined {
    const parsed = parseCheckpoint(note)
    const isOurs =
      key !== undefined &&
      parsed?.checkpoint.origin === signer.name &&
      isSignedBy(checkSignature, parsed.signed, key)
    return isOurs ? parsed.checkpoint : undefined
  }
}
