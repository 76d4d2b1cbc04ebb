// Builds the tree of a log from its events and compares it with the stored nodes.
import { growingTree, type TreeNode } from '../../domain/log/growing-tree.ts'
import { type Hash, nodeHash, sameBytes } from '../../domain/log/hash.ts'
import { nodesIn, placeOf } from '../../domain/log/tree-ranges.ts'
import { type Report, rangesOf } from './finding.ts'
import type { ArchivedNode, LogArchive, Pages } from './log-archive.port.ts'

/**
 * The tree over the events as they are. Each node is compared with the stored one as it is completed.
 * The stored nodes of the next leaf are read before it is added.
 */
export type TreeCheck = {
  readonly size: number
  root(): Hash
  /** Whether `read` has nothing to do. */
  isRead(): boolean
  /** Reads on to the stored nodes that the next leaf completes. */
  read(): Promise<void>
  /** Adds the leaf of the next event, and compares the nodes that it completes. */
  add(leaf: Hash): void
  /** Adds the stored leaf in place of a missing event; returns `false` when no leaf is stored. */
  addStored(): boolean
  /** Reports missing nodes, and stored nodes that belong to no event. */
  end(): Promise<void>
}

export function makeTreeCheck(archive: Pick<LogArchive, 'nodes'>, report: Report): TreeCheck {
  const tree = growingTree(0)
  const ahead = readAhead(archive.nodes())
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

    isRead: () => ahead.isReadTo(lastOfNext()),
    read: () => ahead.readTo(lastOfNext()),

    add(leaf) {
      for (const node of tree.add(leaf)) compare(node)
    },

    addStored() {
      const row = ahead.first()
      if (row?.place !== placeOf({ level: 0, index: tree.size })) return false
      for (const node of tree.add(row.hash)) compare(node)
      return true
    },

    async end() {
      for (const range of rangesOf(missing)) report('tree', `node ${range} is not there`)
      await ahead.readTo(lastOfNext())
      if (ahead.first() === undefined) return
      report('tree', `from node ${nodesIn(tree.size)} on there are nodes that no event belongs to`)
      await ahead.close()
    },
  }

  /** The last place of the nodes that the next leaf completes. */
  function lastOfNext(): number {
    return nodesIn(tree.size + 1) - 1
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
    for (let row = ahead.first(); row !== undefined && row.place <= place; row = ahead.first()) {
      ahead.drop()
      if (row.place === place) return row.hash
      report('tree', `node ${row.place} belongs to no event`)
    }
    return undefined
  }
}

/** Rows in the order of their places, of which some were read ahead. */
function readAhead(pages: Pages<ArchivedNode>) {
  const rest = pages[Symbol.asyncIterator]()
  let rows: readonly ArchivedNode[] = []
  let dropped = 0
  let isEnd = false

  /** A row of this place or of a later one shows that all rows up to this place were read. */
  const isReadTo = (place: number) =>
    isEnd || (rows.at(-1)?.place ?? Number.NEGATIVE_INFINITY) >= place

  return {
    isReadTo,

    async readTo(place: number): Promise<void> {
      // The loop ends with the last page.
      while (!isReadTo(place)) {
        const { done, value } = await rest.next()
        if (done === true) {
          isEnd = true
          return
        }
        rows = [...rows.slice(dropped), ...value]
        dropped = 0
      }
    },

    first: (): ArchivedNode | undefined => rows[dropped],

    drop(): void {
      dropped += 1
    },

    async close(): Promise<void> {
      await rest.return?.()
    },
  }
}
