// Makes roots and proofs of the log's tree from its stored nodes.
import { emptyRoot, type Hash, nodeHash } from '../../domain/log/hash.ts'
import {
  consistencyRanges,
  inclusionRanges,
  type LeafRange,
  nodesOf,
} from '../../domain/log/tree-ranges.ts'
import type { LogTree } from './log-tree.port.ts'

/** Roots and proofs. Each reads about log2(n) nodes of a tree of n leaves, in one query. */
export type TreeProofs = {
  /** The root that the log had when it had `size` events. */
  rootAt(size: number): Promise<Hash>
  /** The proof that leaf `index`, from 0, is in the tree of `size` leaves; `index < size`. */
  inclusion(index: number, size: number): Promise<readonly Hash[]>
  /** The proof that the tree of `newer` leaves begins with that of `older`; `older <= newer`. */
  consistency(older: number, newer: number): Promise<readonly Hash[]>
}

export function makeTreeProofs(tree: Pick<LogTree, 'nodes'>): TreeProofs {
  async function rootsOf(ranges: readonly LeafRange[]): Promise<readonly Hash[]> {
    const wanted = ranges.map(nodesOf)
    const hashes = await tree.nodes(wanted.flat())
    let read = 0
    return wanted.map(({ length }) => {
      const [last, ...before] = hashes.slice(read, read + length).reverse()
      read += length
      if (last === undefined) return emptyRoot()
      return before.reduce((right, left) => nodeHash(left, right), last)
    })
  }

  return {
    async rootAt(size) {
      const [root] = await rootsOf([{ from: 0, to: size }])
      return root ?? emptyRoot()
    },
    inclusion: (index, size) => rootsOf(inclusionRanges(index, size)),
    consistency: (older, newer) => rootsOf(consistencyRanges(older, newer)),
  }
}
