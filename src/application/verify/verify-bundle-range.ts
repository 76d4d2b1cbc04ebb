import type { SignedCheckpoint } from '../../domain/log/checkpoint.ts'
import { growingTree } from '../../domain/log/growing-tree.ts'
import { type Hash, sameBytes } from '../../domain/log/hash.ts'
import type { TlogProof } from '../../domain/log/tlog-proof.ts'
import { inclusionRanges, nodesOf } from '../../domain/log/tree-ranges.ts'
import { EVENTS, type RangeScope } from '../evidence/bundle/bundle-format.ts'
import type { Report } from './finding.ts'
import type { BundleEvent } from './verify-bundle-events.ts'

/**
 * Grows the tree over the events of a range, on what the proof of the first says is before them.
 * Where it comes to what the proof of the last says, they are those of the log, and all of them.
 * Both proofs were checked.
 */
export function verifyRange(
  given: {
    readonly scope: RangeScope
    readonly events: readonly BundleEvent[]
    readonly checkpoints: readonly SignedCheckpoint[]
    readonly atFirst: TlogProof
    readonly atLast: TlogProof
  },
  report: Report,
): void {
  const { scope, events, atFirst, atLast } = given
  const { first, last } = scope
  const isWhole = events.every(({ position }, index) => position === first + index)
  if (!isWhole || events.at(-1)?.position !== last) {
    report(EVENTS, 'it does not hold the positions that the manifest says')
    return
  }
  const head = given.checkpoints.at(-1)
  const within = given.checkpoints.slice(0, -1)
  const edge = edgeOf(atFirst, head?.size ?? 0)
  const nodes = nodesOf({ from: 0, to: first - 1 }).toReversed()
  const tree = growingTree(
    first - 1,
    nodes.flatMap((at, index) => {
      const hash = edge[index]
      return hash === undefined ? [] : [{ ...at, hash }]
    }),
  )
  const rootAtLast = growingTree(
    last - 1,
    nodesOf({ from: 0, to: last - 1 })
      .toReversed()
      .flatMap((at, index) => {
        const hash = edgeOf(atLast, head?.size ?? 0)[index]
        return hash === undefined ? [] : [{ ...at, hash }]
      }),
  ).root()
  let next = 0
  compare()
  for (const { position, leaf } of events) {
    if (position === last && !sameBytes(tree.root(), rootAtLast)) {
      report(EVENTS, 'it holds other events between its first and its last than the log')
    }
    tree.add(leaf)
    compare()
  }
  if (next < within.length) report('checkpoints.txt', 'one is out of order, or out of the range')

  function compare(): void {
    for (let one = within[next]; one?.size === tree.size; one = within[next]) {
      next += 1
      const place = `checkpoint ${one.number}`
      if (!sameBytes(tree.root(), one.root)) report(place, 'it is over other events')
      const after = within[next]
      const follows = after ? after.number === one.number + 1 : one.number < (head?.number ?? 0)
      if (!follows) report(place, 'it is not followed by the next')
    }
  }
}

/** The hashes of a proof that stand left of its leaf, the lowest first. */
function edgeOf({ index, hashes }: TlogProof, size: number): readonly Hash[] {
  const ranges = inclusionRanges(index, size)
  return hashes.filter((_, at) => (ranges[at]?.to ?? 0) <= index)
}
