import type { LogArchive } from '../ports/log-archive.ts'
import type { Report } from './finding.ts'
import { growingTree } from './growing-tree.ts'
import { type Hash, nodeHash, type Sha256, sameBytes } from './hash.ts'

/** The stored nodes of one level, as far as they were compared. */
type Level = {
  readonly rows: Iterator<{ readonly index: number; readonly hash: Hash }>
  /** The last two that were read: the children of the next node above. */
  left: Hash | undefined
  right: Hash | undefined
  /** What it has is no row of nodes from the left: the rest of it says nothing. */
  broken: boolean
}

/** The tree over the events as they are, compared with the stored one as it grows. */
export type TreeCheck = {
  readonly size: number
  root(): Hash
  /** Adds the leaf of the next event. */
  add(leaf: Hash): void
  /** Takes the stored leaf for that of an event that is missing; `false` when there is none. */
  addStored(): boolean
  /** Tells of stored nodes that no event belongs to. */
  end(): void
}

export function makeTreeCheck(
  archive: Pick<LogArchive, 'nodes'>,
  sha256: Sha256,
  report: Report,
): TreeCheck {
  const tree = growingTree(sha256, 0)
  const levels: Level[] = []
  let computedRoot: { readonly size: number; readonly root: Hash } | undefined

  return {
    get size() {
      return tree.size
    },

    root() {
      if (computedRoot?.size !== tree.size) computedRoot = { size: tree.size, root: tree.root() }
      return computedRoot.root
    },

    add: grow,

    addStored() {
      const level = levelAt(0)
      const next = level.broken ? undefined : read(level, 0, tree.size)
      if (next === undefined) return false
      compareFrom(1, tree.add(next))
      return true
    },

    end() {
      for (let index = 0; ; index += 1) {
        const level = levelAt(index)
        const { done } = level.rows.next()
        if (done === true && level.left === undefined && level.right === undefined) return
        if (done !== true) report('tree', `level ${index} has nodes that no event belongs to`)
        // The iterator holds a cursor of the database open.
        level.rows.return?.()
      }
    },
  }

  function grow(leaf: Hash): void {
    const complete = tree.add(leaf)
    const level = levelAt(0)
    const stored = level.broken ? undefined : read(level, 0, tree.size - 1)
    if (stored !== undefined && !sameBytes(stored, leaf)) {
      report(`position ${tree.size}`, 'the event is not the one of which the tree has the hash')
    }
    compareFrom(1, complete)
  }

  function compareFrom(
    first: number,
    complete: readonly { readonly level: number; readonly index: number; readonly hash: Hash }[],
  ): void {
    for (const { level: number, index, hash } of complete.slice(first)) {
      const level = levelAt(number)
      const stored = level.broken ? undefined : read(level, number, index)
      if (stored === undefined || sameBytes(stored, hash)) continue
      // Another leaf makes another node: what is told is only where the nodes themselves disagree.
      const { left, right } = levelAt(number - 1)
      if (left === undefined || right === undefined) continue
      if (!sameBytes(nodeHash(sha256, left, right), stored)) {
        report('tree', `node ${index} of level ${number} is not made of the two below it`)
      }
    }
  }

  function levelAt(number: number): Level {
    const known = levels[number]
    if (known !== undefined) return known
    const rows = archive.nodes(number)
    const level: Level = { rows, left: undefined, right: undefined, broken: false }
    levels[number] = level
    return level
  }

  function read(level: Level, number: number, index: number): Hash | undefined {
    const next = level.rows.next()
    level.left = level.right
    level.right = next.done === true ? undefined : next.value.hash
    if (next.done !== true && next.value.index === index) return next.value.hash
    level.broken = true
    const what = next.done === true ? 'is missing' : `is missing, the next is ${next.value.index}`
    report('tree', `node ${index} of level ${number} ${what}`)
    return undefined
  }
}
