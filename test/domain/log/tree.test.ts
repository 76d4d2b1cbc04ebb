import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { describe, it } from 'node:test'
import { makeTreeProofs } from '../../../src/application/checkpoints/tree-proofs.ts'
import { edgeFor, growingTree, type TreeNode } from '../../../src/domain/log/growing-tree.ts'
import {
  type Hash,
  hexOf,
  leafHash,
  leafHashOfText,
  nodeHash,
  sha256,
} from '../../../src/domain/log/hash.ts'
import { provesConsistency, provesInclusion } from '../../../src/domain/log/proofs.ts'
import {
  type NodeAt,
  nodesIn,
  nodesOf,
  placeOf,
  sizeOf,
} from '../../../src/domain/log/tree-ranges.ts'

// The leaves, roots and proofs of certificate-transparency's tests of RFC 6962
// (https://github.com/google/certificate-transparency, merkletree/merkle_tree_test.cc).
const LEAVES = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657'].concat(
  '606162636465666768696a6b6c6d6e6f',
)
const ROOTS = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
]
const [A, B, C] = [
  '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
  '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
  '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
]
const INCLUSIONS: readonly (readonly [index: number, size: number, proof: readonly string[]])[] = [
  [0, 1, []],
  [0, 8, [A, B, C]],
  [
    5,
    8,
    [
      'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
      'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
      ROOTS[4] ?? '',
    ],
  ],
  [2, 3, [ROOTS[2] ?? '']],
]
const CONSISTENCIES: readonly (readonly [from: number, to: number, proof: readonly string[]])[] = [
  [1, 1, []],
  [1, 8, [A, B, C]],
  [
    6,
    8,
    [
      '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a',
      'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
      ROOTS[4] ?? '',
    ],
  ],
  [2, 5, [B, 'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b']],
]

const SIZE_MAX = 130

/** A tree over these leaves, its nodes kept as the store keeps them. */
function treeOf(bodies: readonly Uint8Array[]) {
  const stored = new Map<string, Hash>()
  const grown = growingTree(0)
  const leaves = bodies.map((body) => leafHash(body))
  for (const leaf of leaves) {
    for (const { level, index, hash } of grown.add(leaf)) stored.set(`${level}/${index}`, hash)
  }
  const read = ({ level, index }: NodeAt): Hash => {
    const hash = stored.get(`${level}/${index}`)
    assert.ok(hash !== undefined, `level ${level} has no node ${index}`)
    return hash
  }
  const proofs = makeTreeProofs({ nodes: async (at) => at.map(read) })
  return { leaves, proofs, read, nodes: stored.size }
}

/** The root as RFC 6962, 2.1, defines it. */
function rootByDefinition(leaves: readonly Hash[]): Hash {
  const [only] = leaves
  if (only === undefined) return sha256(new Uint8Array(0))
  if (leaves.length === 1) return only
  let split = 1
  while (split * 2 < leaves.length) split *= 2
  const [left, right] = [leaves.slice(0, split), leaves.slice(split)].map(rootByDefinition)
  return nodeHash(left as Hash, right as Hash)
}

const bodies = Array.from({ length: SIZE_MAX }, (_, index) => Buffer.from(`event ${index}`))

describe('The tree of the log', () => {
  const known = treeOf(LEAVES.map((leaf) => Buffer.from(leaf, 'hex')))

  it('has the roots that are published for it', async () => {
    for (const [size, root] of ROOTS.entries()) {
      assert.equal(hexOf(await known.proofs.rootAt(size)), root)
    }
  })

  it('gives the proofs that are published', async () => {
    for (const [index, size, proof] of INCLUSIONS) {
      assert.deepEqual((await known.proofs.inclusion(index, size)).map(hexOf), proof)
    }
    for (const [from, to, proof] of CONSISTENCIES) {
      assert.deepEqual((await known.proofs.consistency(from, to)).map(hexOf), proof)
    }
  })

  it(`has the root of the definition at every size up to ${SIZE_MAX}`, async () => {
    const { leaves, proofs, nodes } = treeOf(bodies)
    for (let size = 0; size <= SIZE_MAX; size += 1) {
      assert.deepEqual(await proofs.rootAt(size), rootByDefinition(leaves.slice(0, size)))
    }
    assert.ok(nodes < 2 * SIZE_MAX)
  })

  it('has the same leaf for a text and for its UTF-8', () => {
    for (const text of ['', 'a', '\0', '{"a":"Böden €"}', '😂', 'x'.repeat(100_000)]) {
      const bytes = Buffer.from(text)
      const byDefinition = createHash('sha256').update(Buffer.of(0)).update(bytes).digest('hex')
      assert.equal(hexOf(leafHash(bytes)), byDefinition)
      assert.equal(hexOf(leafHashOfText(text)), byDefinition)
    }
  })

  it('grows by any number from any size, knowing the edge only', () => {
    const { leaves, read } = treeOf(bodies)
    for (let size = 0; size < 70; size += 1) {
      for (let added = 1; added <= 9; added += 1) {
        const nodesAt = (at: readonly NodeAt[]): readonly TreeNode[] =>
          at.map((node) => ({ ...node, hash: read(node) }))
        const grown = growingTree(size, nodesAt(edgeFor(size, added)))
        const made = leaves.slice(size, size + added).flatMap((leaf) => grown.add(leaf))
        for (const { hash, ...at } of made) assert.deepEqual(hash, read(at))
        const whole = growingTree(size, nodesAt(nodesOf({ from: 0, to: size })))
        assert.deepEqual(whole.root(), rootByDefinition(leaves.slice(0, size)))
      }
    }
  })
})

describe('The place of a node', () => {
  it('is where it is put down as soon as it is complete', () => {
    const grown = growingTree(0)
    let place = 0
    for (let size = 1; size <= 1_000; size += 1) {
      for (const node of grown.add(Buffer.alloc(32))) {
        assert.equal(placeOf(node), place)
        place += 1
      }
      assert.deepEqual([nodesIn(size), sizeOf(place)], [place, size])
    }
    assert.deepEqual([nodesIn(0), sizeOf(0)], [0, 0])
  })
})

describe('A proof', () => {
  it(`of inclusion holds for every leaf of every size up to ${SIZE_MAX}, and for no other`, async (test) => {
    const { leaves, proofs } = treeOf(bodies)
    let right = 0
    for (let size = 1; size <= SIZE_MAX; size += 1) {
      const root = await proofs.rootAt(size)
      for (let index = 0; index < size; index += 1) {
        const proof = await proofs.inclusion(index, size)
        const leaf = leaves[index] as Hash
        const holds = (other: object, path = proof, head = root) =>
          provesInclusion(path, { leaf, index, size, ...other }, head)
        assert.ok(holds({}), `${index} of ${size}`)
        right += 1
        assert.ok(!holds({ index: index + 1 }))
        assert.ok(!holds({ leaf: root.map((byte) => byte ^ 1) }))
        assert.ok(!holds({}, [...proof, leaf]))
        assert.ok(proof.length === 0 || !holds({}, proof.slice(1)))
        assert.ok(!holds({}, proof, leafHash(root)))
      }
    }
    test.diagnostic(`${right} inclusion proofs`)
  })

  it(`of consistency holds for every pair of sizes up to ${SIZE_MAX}, and for no other root`, async (test) => {
    const { proofs } = treeOf(bodies)
    const heads = await Promise.all(
      Array.from({ length: SIZE_MAX + 1 }, async (_, size) => {
        return { size, root: await proofs.rootAt(size) }
      }),
    )
    let right = 0
    for (const older of heads) {
      for (const newer of heads.slice(older.size)) {
        const proof = await proofs.consistency(older.size, newer.size)
        const wrong = { ...older, root: leafHash(older.root) }
        assert.ok(provesConsistency(proof, older, newer), `${older.size} ${newer.size}`)
        right += 1
        assert.ok(!provesConsistency(proof, wrong, newer))
        assert.ok(!provesConsistency([...proof, older.root], older, newer))
        if (older.size === 0) continue
        const other = { ...newer, root: leafHash(newer.root) }
        assert.ok(!provesConsistency(proof, older, other))
        assert.ok(older.size === newer.size || !provesConsistency(proof, newer, older))
      }
    }
    test.diagnostic(`${right} consistency proofs`)
  })
})
