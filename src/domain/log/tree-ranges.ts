// Which complete subtrees the Merkle tree of RFC 6962, 2.1, is made of. A complete subtree never
// changes, so its root is stored as a node. Sizes and indices are exact up to 2^53.

/** A complete subtree. Level 0 holds the leaves; `index` counts the subtrees of a level from the left. */
export type NodeAt = { readonly level: number; readonly index: number }

/**
 * The place of a node in storage, from 0. Nodes are stored in the order in which they are completed,
 * each after the two below it, so that a log that grows only appends nodes.
 */
export function placeOf({ level, index }: NodeAt): number {
  const lastLeaf = (index + 1) * 2 ** level - 1
  return nodesIn(lastLeaf) + level
}

/** How many nodes are complete in a tree of `size` leaves. */
export function nodesIn(size: number): number {
  let ones = 0
  for (let rest = size; rest > 0; rest = Math.floor(rest / 2)) ones += rest % 2
  return 2 * size - ones
}

/** How many leaves a tree has that has so many complete nodes. */
export function sizeOf(nodes: number): number {
  let size = Math.ceil(nodes / 2)
  while (nodesIn(size + 1) <= nodes) size += 1
  return size
}

/** The leaves from `from`, inclusive, to `to`, exclusive, counted from 0. */
export type LeafRange = { readonly from: number; readonly to: number }

/** The complete subtrees that make up a range of leaves, from left to right. */
export function nodesOf({ from, to }: LeafRange): readonly NodeAt[] {
  const nodes: NodeAt[] = []
  for (let at = from; at < to; ) {
    let level = 0
    let width = 1
    while (at % (width * 2) === 0 && at + width * 2 <= to) {
      level += 1
      width *= 2
    }
    nodes.push({ level, index: at / width })
    at += width
  }
  return nodes
}

/** The ranges whose roots prove that leaf `index` is in the tree of `size` leaves. RFC 6962, 2.1.1. */
export function inclusionRanges(index: number, size: number): readonly LeafRange[] {
  const ranges: LeafRange[] = []
  for (let from = 0, to = size; to - from > 1; ) {
    const middle = from + splitOf(to - from)
    if (index < middle) {
      ranges.push({ from: middle, to })
      to = middle
    } else {
      ranges.push({ from, to: middle })
      from = middle
    }
  }
  return ranges.reverse()
}

/**
 * The ranges whose roots prove that the tree of `newer` leaves begins with that of `older`; none where
 * `older` is 0. Needs `0 <= older <= newer`. RFC 6962, 2.1.2.
 */
export function consistencyRanges(older: number, newer: number): readonly LeafRange[] {
  if (older === 0) return []
  const ranges: LeafRange[] = []
  let from = 0
  let to = newer
  while (older !== to) {
    const middle = from + splitOf(to - from)
    if (older <= middle) {
      ranges.push({ from: middle, to })
      to = middle
    } else {
      ranges.push({ from, to: middle })
      from = middle
    }
  }
  // A verifier knows the older root. It needs this last range where that root is no stored node.
  if (from > 0) ranges.push({ from, to })
  return ranges.reverse()
}

/** The largest power of two below `width`. */
function splitOf(width: number): number {
  let split = 1
  while (split * 2 < width) split *= 2
  return split
}
