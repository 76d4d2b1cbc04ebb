// A Merkle tree that takes one leaf after the other and forgets what it does not need.
import { emptyRoot, type Hash, nodeHash } from './hash.ts'
import { type NodeAt, nodesOf } from './tree-ranges.ts'

export type TreeNode = NodeAt & { readonly hash: Hash }

/** A tree that takes leaves at its right edge. It holds at most one hash for each level. */
export type GrowingTree = {
  readonly size: number
  /** Adds a leaf and returns the nodes that it completes, the leaf itself first. */
  add(leaf: Hash): readonly TreeNode[]
  /** RFC 6962, 2.1. */
  root(): Hash
}

/**
 * A tree that continues one of `size` leaves.
 *
 * @param edge the nodes `nodesOf({ from: 0, to: size })` of that tree. Where `root` is not called, the
 *   nodes of `edgeFor` are enough.
 */
export function growingTree(size: number, edge: readonly TreeNode[] = []): GrowingTree {
  const waiting = new Map(edge.map(({ level, hash }) => [level, hash]))
  let count = size

  return {
    get size() {
      return count
    },

    add(leaf) {
      const complete: TreeNode[] = [{ level: 0, index: count, hash: leaf }]
      let hash = leaf
      let level = 0
      for (let index = count; index % 2 === 1; index = (index - 1) / 2) {
        const left = waiting.get(level)
        if (left === undefined) throw new Error(`the edge of the tree lacks level ${level}`)
        waiting.delete(level)
        hash = nodeHash(left, hash)
        level += 1
        complete.push({ level, index: (index - 1) / 2, hash })
      }
      waiting.set(level, hash)
      count += 1
      return complete
    },

    root() {
      const [last, ...before] = [...waiting].sort(([one], [other]) => one - other)
      if (last === undefined) return emptyRoot()
      return before.reduce((right, [, left]) => nodeHash(left, right), last[1])
    },
  }
}

/** The nodes at the edge of a tree of `size` leaves that `added` more leaves make part of larger ones. */
export function edgeFor(size: number, added: number): readonly NodeAt[] {
  return nodesOf({ from: 0, to: size }).filter(({ level }) => {
    const width = 2 ** (level + 1)
    return Math.floor(size / width) !== Math.floor((size + added) / width)
  })
}
