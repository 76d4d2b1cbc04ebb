import type { LogTree } from '../ports/log-tree.ts'
import { emptyRoot, type Hash, nodeHash, type Sha256, sameBytes } from './hash.ts'
import { consistencyRanges, inclusionRanges, type LeafRange, nodesOf } from './tree-ranges.ts'

/** What the stored nodes say: each takes a number of reads that grows with the logarithm. */
export type TreeProofs = {
  /** The root when the log had `size` events. */
  rootAt(size: number): Promise<Hash>
  /** That leaf `index`, from 0, is in the tree of `size`; `index < size`. */
  inclusion(index: number, size: number): Promise<readonly Hash[]>
  /** That the tree of `older` is the beginning of that of `newer`; `older <= newer`. */
  consistency(older: number, newer: number): Promise<readonly Hash[]>
}

export function makeTreeProofs(tree: Pick<LogTree, 'nodes'>, sha256: Sha256): TreeProofs {
  async function rootsOf(ranges: readonly LeafRange[]): Promise<readonly Hash[]> {
    const wanted = ranges.map(nodesOf)
    const hashes = await tree.nodes(wanted.flat())
    let read = 0
    return wanted.map(({ length }) => {
      const [last, ...before] = hashes.slice(read, read + length).reverse()
      read += length
      if (last === undefined) return emptyRoot(sha256)
      return before.reduce((right, left) => nodeHash(sha256, left, right), last)
    })
  }

  return {
    async rootAt(size) {
      const [root] = await rootsOf([{ from: 0, to: size }])
      return root ?? emptyRoot(sha256)
    },
    inclusion: (index, size) => rootsOf(inclusionRanges(index, size)),
    consistency: (older, newer) => rootsOf(consistencyRanges(older, newer)),
  }
}

/** RFC 9162, 2.1.3.2. */
export function provesInclusion(
  sha256: Sha256,
  proof: readonly Hash[],
  claim: { readonly leaf: Hash; readonly index: number; readonly size: number },
  root: Hash,
): boolean {
  if (claim.index >= claim.size) return false
  let at = claim.index
  let last = claim.size - 1
  let hash = claim.leaf
  for (const sibling of proof) {
    if (last === 0) return false
    if (at % 2 === 1 || at === last) {
      hash = nodeHash(sha256, sibling, hash)
      ;[at, last] = upToOdd(at, last)
    } else hash = nodeHash(sha256, hash, sibling)
    at = half(at)
    last = half(last)
  }
  return last === 0 && sameBytes(hash, root)
}

/** A tree as a checkpoint states it. */
export type TreeHead = { readonly size: number; readonly root: Hash }

/** RFC 9162, 2.1.4.2. */
export function provesConsistency(
  sha256: Sha256,
  proof: readonly Hash[],
  older: TreeHead,
  newer: TreeHead,
): boolean {
  if (older.size > newer.size) return false
  if (older.size === newer.size) return proof.length === 0 && sameBytes(older.root, newer.root)
  if (older.size === 0) return proof.length === 0 && sameBytes(older.root, emptyRoot(sha256))
  const [first, ...rest] = isPowerOfTwo(older.size) ? [older.root, ...proof] : proof
  if (first === undefined) return false
  let at = older.size - 1
  let last = newer.size - 1
  while (at % 2 === 1) [at, last] = [half(at), half(last)]
  let [olderRoot, newerRoot] = [first, first]
  for (const hash of rest) {
    if (last === 0) return false
    if (at % 2 === 1 || at === last) {
      olderRoot = nodeHash(sha256, hash, olderRoot)
      newerRoot = nodeHash(sha256, hash, newerRoot)
      ;[at, last] = upToOdd(at, last)
    } else newerRoot = nodeHash(sha256, newerRoot, hash)
    at = half(at)
    last = half(last)
  }
  return last === 0 && sameBytes(olderRoot, older.root) && sameBytes(newerRoot, newer.root)
}

function upToOdd(at: number, last: number): [number, number] {
  let [one, other] = [at, last]
  while (one % 2 === 0 && one !== 0) [one, other] = [half(one), half(other)]
  return [one, other]
}

function half(value: number): number {
  return Math.floor(value / 2)
}

function isPowerOfTwo(value: number): boolean {
  return nodesOf({ from: 0, to: value }).length === 1
}
