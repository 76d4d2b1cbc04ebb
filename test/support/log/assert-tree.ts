// Whether the stored tree of a log is the one over its events.
import assert from 'node:assert/strict'
import { errorCode } from '../../../src/application/base/errors.ts'
import type { LogTree } from '../../../src/application/checkpoints/log-tree.port.ts'
import { makeTreeProofs } from '../../../src/application/checkpoints/tree-proofs.ts'
import { growingTree } from '../../../src/domain/log/growing-tree.ts'
import { hexOf, leafHash } from '../../../src/domain/log/hash.ts'

/** More events than any log here has. */
const ALL = 10_000

/** Builds the tree anew from the events, and compares every node, and that there is no further leaf. */
export async function assertTreeIsThatOfTheEvents({
  tree,
}: {
  readonly tree: LogTree
}): Promise<void> {
  const grown = growingTree(0)
  const nodes = (await tree.leaves(0, ALL)).flatMap(({ position, body }) => {
    assert.ok(body !== undefined, `event ${position} is missing`)
    return grown.add(leafHash(body))
  })
  assert.equal(await tree.size(), grown.size)
  assert.deepEqual(await makeTreeProofs(tree).rootAt(grown.size), grown.root())
  assert.deepEqual(
    (await tree.nodes(nodes)).map(hexOf),
    nodes.map(({ hash }) => hexOf(hash)),
  )
  await assert.rejects(
    tree.nodes([{ level: 0, index: grown.size }]),
    (error) => errorCode(error) === 'unreadable',
  )
}
