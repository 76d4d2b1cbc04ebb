import assert from 'node:assert/strict'
import { createPublicKey } from 'node:crypto'
import { describe, it } from 'node:test'
import { checkSignature, makeSigner } from '../../../src/adapters/signing/ed25519.ts'
import { makeSignedCheckpoint, parseCheckpoint } from '../../../src/domain/log/checkpoint.ts'
import { findCheckpoints } from '../../../src/domain/log/find-checkpoints.ts'
import { sha256 } from '../../../src/domain/log/hash.ts'
import { isSignedBy, parseNote, signNote } from '../../../src/domain/log/signed-note.ts'
import { fingerprintOf, formatVkey, parseVkey } from '../../../src/domain/log/vkey.ts'
import { now } from '../../support/examples/sale-examples.ts'

// The example of https://pkg.go.dev/golang.org/x/mod/sumdb/note, which defined the format.
const SEED = 'AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz'
const VKEY = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW'
const TEXT =
  'If you think cryptography is the answer to your problem,\n' +
  "then you don't know what your problem is.\n"
const NOTE =
  `${TEXT}\n\u2014 PeterNeumann ` +
  'x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n'

const neumann = makeSigner('PeterNeumann', Buffer.from(SEED, 'base64').subarray(1))
const signer = makeSigner('0011223344556677/sales-log', Buffer.alloc(32, 7))
const stated = { number: 41, size: 1_000, root: sha256(Buffer.from('x')), at: now } as const
const checkpoint = makeSignedCheckpoint(signer, { ...stated, reason: 'hour' })

describe('A public key', () => {
  it('has the text form that Go gives it, and is read from it', () => {
    assert.equal(neumann.vkey, VKEY)
    const key = parseVkey(VKEY)
    assert.ok(key !== undefined)
    assert.equal(formatVkey(key), VKEY)
    assert.match(fingerprintOf(key), /^SHA256:[0-9a-f]{64}$/)
    const der = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), key.publicKey])
    assert.equal(createPublicKey({ key: der, format: 'der', type: 'spki' }).type, 'public')
  })

  const BROKEN = [
    '',
    VKEY.replace('c74f20a3', 'c74f20a4'),
    VKEY.replace('Peter', 'Pater'),
    VKEY.slice(0, -4),
    VKEY.replace('+AR', '+AB'),
    `${VKEY}\n`,
  ]
  for (const text of BROKEN) {
    it(`is not read from ${JSON.stringify(text)}`, () => {
      assert.equal(parseVkey(text), undefined)
    })
  }
})

describe('A signed note', () => {
  it('is that of Go, byte for byte', () => {
    assert.equal(signNote(neumann, TEXT), NOTE)
  })

  it('is checked with its key only, and only as it was signed', () => {
    const key = parseVkey(VKEY)
    const other = parseVkey(signer.vkey)
    const note = parseNote(NOTE)
    assert.ok(key && other && note)
    assert.equal(note.text, TEXT)
    assert.ok(isSignedBy(checkSignature, note, key))
    assert.ok(!isSignedBy(checkSignature, note, other))
    assert.ok(!isSignedBy(checkSignature, { ...note, text: TEXT.replace('you', 'You') }, key))
    assert.ok(!isSignedBy(checkSignature, note, { ...key, publicKey: Buffer.alloc(3) }))
  })

  for (const broken of ['', TEXT, NOTE.slice(0, -1), NOTE.replace('\u2014', '-'), `${NOTE}x\n`]) {
    it(`is no note: ${JSON.stringify(broken.slice(-30))}`, () => {
      assert.equal(parseNote(broken), undefined)
    })
  }
})

describe('A checkpoint', () => {
  it('is a note with origin, size and root, and reports when and why it was made', () => {
    assert.equal(
      checkpoint.note.split('\u2014')[0],
      [
        '0011223344556677/sales-log',
        '1000',
        Buffer.from(stated.root).toString('base64'),
        'number 41',
        'time 2026-11-23T10:00:00.000Z',
        'reason hour',
        '\n',
      ].join('\n'),
    )
    assert.deepEqual(
      { ...parseCheckpoint(checkpoint.note)?.checkpoint, root: undefined },
      { ...checkpoint, root: undefined },
    )
  })

  const CHANGES: readonly (readonly [RegExp, string])[] = [
    [/\n1000\n/, '\n01000\n'],
    [/\n1000\n/, '\n-1\n'],
    [/number 41/, 'number 4.1'],
    [/time [^\n]+/, 'time 2026-11-23T10:00:00Z'],
    [/reason hour/, 'reason why'],
    [/reason hour\n/, 'reason hour\nmore\n'],
    [/=\nnumber/, '\nnumber'],
  ]
  for (const [part, other] of CHANGES) {
    it(`is written in one way only: not with ${JSON.stringify(other)}`, () => {
      const note = checkpoint.note.replace(part, other)
      assert.notEqual(note, checkpoint.note)
      assert.equal(parseCheckpoint(note), undefined)
    })
  }

  it('is found in a mail, with the line ends of mail and words around it, and beside another', () => {
    const second = makeSignedCheckpoint(signer, { ...stated, number: 42, reason: 'stop' })
    const mail = `Subject: x\n\nPlease keep this:\n\n${checkpoint.note}\nand:\n${second.note}`
    assert.deepEqual(findCheckpoints(mail.replaceAll('\n', '\r\n')), [checkpoint.note, second.note])
    assert.deepEqual(findCheckpoints('nothing of the kind'), [])
  })
})
