// Checks proofs about a Merkle tree: that a leaf is in it, and that it continues an older one.
import { emptyRoot, type Hash, nodeHash, sameBytes } from './hash.ts'
import { nodesOf } from './tree-ranges.ts'

/** Whether `proof` shows that the leaf is in the tree with this root. Source: RFC 9162, 2.1.3.2. */
export function provesInclusion(
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
      hash = nodeHash(sibling, hash)
      ;[at, last] = upToOdd(at, last)
    } else hash = nodeHash(hash, sibling)
    at = half(at)
    last = half(last)
  }
  return last === 0 && sameBytes(hash, root)
}

/** A tree as a checkpoint states it: how many leaves it has, and its root. */
export type TreeHead = { readonly size: number; readonly root: Hash }

/** Whether `proof` shows that `newer` begins with all leaves of `older`. Source: RFC 9162, 2.1.4.2. */
export function provesConsistency(
  proof: readonly Hash[],
  older: TreeHead,
  newer: TreeHead,
): boolean {
  if (older.size > newer.size) return false
  if (older.size === newer.size) return proof.length === 0 && sameBytes(older.root, newer.root)
  if (older.size === 0) return proof.length === 0 && sameBytes(older.root, emptyRoot())
  const [first, ...rest] = isPowerOfTwo(older.size) ? [older.root, ...proof] : proof
  if (first === undefined) return false
  let at = older.size - 1
  let last = newer.size - 1
  while (at % 2 === 1) [at, last] = [half(at), half(last)]
  let [olderRoot, newerRoot] = [first, first]
  for (const hash of rest) {
    if (last === 0) return false
    if (at % 2 === 1 || at === last) {
      olderRoot = nodeHash(hash, olderRoot)
      newerRoot = nodeHash(hash, newerRoot)
      ;[at, last] = upToOdd(at, last)
    } else newerRoot = nodeHash(newerRoot, hash)
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
