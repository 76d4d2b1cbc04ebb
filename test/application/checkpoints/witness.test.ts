import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { checkSignature } from '../../../src/adapters/signing/ed25519.ts'
import type { RemoteLog } from '../../../src/application/checkpoints/remote-log.port.ts'
import { makeTreeProofs } from '../../../src/application/checkpoints/tree-proofs.ts'
import { witness } from '../../../src/application/checkpoints/witness.ts'
import { makeSignedCheckpoint, type SignedCheckpoint } from '../../../src/domain/log/checkpoint.ts'
import { growingTree, type TreeNode } from '../../../src/domain/log/growing-tree.ts'
import { base64Of, leafHash } from '../../../src/domain/log/hash.ts'
import { now } from '../../support/examples/sale-examples.ts'
import { keyOf, otherSigner, signer } from '../../support/log/audit-log.ts'

/** A log of `size` events; the text of the event at each position is `texts(position)`. */
function makeFront(
  size: number,
  given: { number?: number; by?: typeof signer; text?: string } = {},
) {
  const { number = size, by = signer, text = 'event' } = given
  const nodes: TreeNode[] = []
  const grown = growingTree(0)
  for (let at = 0; at < size; at += 1) {
    nodes.push(...grown.add(leafHash(Buffer.from(`${text} ${at}`))))
  }
  const read = (at: { level: number; index: number }) =>
    nodes.find(({ level, index }) => level === at.level && index === at.index)?.hash ??
    Buffer.alloc(32)
  const proofs = makeTreeProofs({ nodes: async (at) => at.map(read) })
  const stated = { number, size, root: grown.root(), at: now, reason: 'hour' } as const
  const signed: SignedCheckpoint = makeSignedCheckpoint(by, stated)
  const remoteLog: RemoteLog = {
    checkpoint: async () => ({ note: signed.note, vkey: by.vkey }),
    consistency: async (from, to) => (await proofs.consistency(from, to)).map(base64Of),
  }
  return remoteLog
}

const see = (remoteLog: RemoteLog, kept?: string, key?: ReturnType<typeof keyOf>) =>
  witness({ remoteLog, checkSignature }, kept, key)

async function keptOf(remoteLog: RemoteLog): Promise<string> {
  const first = await see(remoteLog)
  assert.ok(first.ok)
  return first.kept
}

describe('A witness', () => {
  it('takes what it sees first, with its key, and then that it only grew', async () => {
    const kept = await keptOf(makeFront(5))
    assert.ok(kept.startsWith(`${signer.vkey}\n\n`))
    for (const size of [5, 6, 8, 21]) {
      const next = await see(makeFront(size, { number: 30 }), kept)
      assert.ok(next.ok && next.before?.size === 5 && next.seen.size === size)
      assert.equal(next.kept, await keptOf(makeFront(size, { number: 30 })))
    }
  })

  // What the witness is shown after a log of 5 events, and what it reports.
  const WRONG: readonly (readonly [string, RemoteLog, RegExp])[] = [
    ['a shorter log', makeFront(4), /was over 5 events, and now the newest is number 4, over 4/],
    ['an older checkpoint', makeFront(5, { number: 4 }), /now the newest is number 4/],
    ['another log of the same size', makeFront(5, { text: 'x' }), /not the first of the 5/],
    ['another log that is longer', makeFront(9, { text: 'x' }), /not the first of the 9/],
    ['another key', makeFront(9, { by: otherSigner }), /not signed with the key/],
    [
      'a proof that is none',
      { ...makeFront(9), consistency: async () => ['x'] },
      /not the first of the 9/,
    ],
    [
      'no checkpoint',
      { ...makeFront(9), checkpoint: async () => ({ note: 'x', vkey: undefined }) },
      /is no checkpoint/,
    ],
  ]
  for (const [what, remoteLog, why] of WRONG) {
    it(`reports ${what}, and keeps what it has`, async () => {
      const seen = await see(remoteLog, await keptOf(makeFront(5)))
      assert.ok(!seen.ok)
      assert.match(seen.why, why)
    })
  }

  it('believes the key that it is given, not the one in the log', async () => {
    const seen = await see(makeFront(3, { by: otherSigner }), undefined, keyOf(signer))
    assert.ok(!seen.ok && /not signed with the key/.test(seen.why))
    assert.ok((await see(makeFront(3), undefined, keyOf(signer))).ok)
  })

  it('does not begin anew where what it kept is damaged', async () => {
    const seen = await see(makeFront(9), 'x')
    assert.ok(!seen.ok && /what was kept is no checkpoint/.test(seen.why))
  })
})
