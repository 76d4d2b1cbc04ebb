// Builds the tree of a log from its events and compares it with the stored nodes.
import { growingTree, type TreeNode } from '../../domain/log/growing-tree.ts'
import { type Hash, nodeHash, sameBytes } from '../../domain/log/hash.ts'
import { nodesIn, placeOf } from '../../domain/log/tree-ranges.ts'
import { type Report, rangesOf } from './finding.ts'
import type { LogArchive } from './log-archive.port.ts'

/** The tree over the events as they are. Each node is compared with the stored one as it is completed. */
export type TreeCheck = {
  readonly size: number
  root(): Hash
  /** Adds the leaf of the next event, and compares the nodes that it completes. */
  add(leaf: Hash): void
  /** Adds the stored leaf in place of a missing event; returns `false` when no leaf is stored. */
  addStored(): boolean
  /** Reports missing nodes, and stored nodes that belong to no event. */
  end(): void
}

export function makeTreeCheck(archive: Pick<LogArchive, 'nodes'>, report: Report): TreeCheck {
  const tree = growingTree(0)
  const rows = archive.nodes()[Symbol.iterator]()
  let ahead = rows.next()
  /** For each level its last two stored nodes: the children of the next node one level higher. */
  const pairs: [Hash | undefined, Hash | undefined][] = []
  const missing: number[] = []
  let computedRoot: { readonly size: number; readonly root: Hash } | undefined

  return {
    get size() {
      return tree.size
    },

    root() {
      if (computedRoot?.size !== tree.size) computedRoot = { size: tree.size, root: tree.root() }
      return computedRoot.root
    },

    add(leaf) {
      for (const node of tree.add(leaf)) compare(node)
    },

    addStored() {
      const place = placeOf({ level: 0, index: tree.size })
      if (ahead.done === true || ahead.value.place !== place) return false
      for (const node of tree.add(ahead.value.hash)) compare(node)
      return true
    },

    end() {
      for (const range of rangesOf(missing)) report('tree', `node ${range} is not there`)
      const last = nodesIn(tree.size)
      if (ahead.done === true) return
      report('tree', `from node ${last} on there are nodes that no event belongs to`)
      rows.return?.()
    },
  }

  function compare({ level, index, hash }: TreeNode): void {
    const place = placeOf({ level, index })
    const stored = take(place)
    const below = pairs[level - 1]
    const [, left] = pairs[level] ?? []
    pairs[level] = [left, stored]
    if (stored === undefined) {
      missing.push(place)
      return
    }
    if (sameBytes(stored, hash)) return
    if (level === 0) {
      report(`position ${index + 1}`, 'the event is not the one of which the tree has the hash')
      return
    }
    // A changed leaf changes every node above it. So a node is reported only where it is not made
    // of its two stored children.
    const [one, other] = below ?? []
    if (one === undefined || other === undefined) return
    if (!sameBytes(nodeHash(one, other), stored)) {
      report('tree', `node ${place} is not made of the two below it`)
    }
  }

  /** The stored hash at `place`. Rows of earlier places belong to no event, and are reported. */
  function take(place: number): Hash | undefined {
    while (ahead.done !== true && ahead.value.place < place) {
      report('tree', `node ${ahead.value.place} belongs to no event`)
      ahead = rows.next()
    }
    if (ahead.done === true || ahead.value.place !== place) return undefined
    const { hash } = ahead.value
    ahead = rows.next()
    return hash
  }
}
