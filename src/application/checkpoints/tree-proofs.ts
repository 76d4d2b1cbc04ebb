import { emptyRoot, type Hash, nodeHash } from '../../domain/log/hash.ts'
import {
  consistencyRanges,
  inclusionRanges,
  type LeafRange,
  nodesOf,
} from '../../domain/log/tree-ranges.ts'
import type { LogTree } from './log-tree.port.ts'

/** What the stored nodes say: each takes a number of reads that grows with the logarithm. */
export type TreeProofs = {
  /** The root when the log had `size` events. */
  rootAt(size: number): Promise<Hash>
  /** That leaf `index`, from 0, is in the tree of `size`; `index < size`. */
  inclusion(index: number, size: number): Promise<readonly Hash[]>
  /** That the tree of `older` is the beginning of that of `newer`; `older <= newer`. */
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
