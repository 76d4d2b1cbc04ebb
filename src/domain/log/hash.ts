// The hashes of the log's Merkle tree, and the texts in which hashes are written.
import { createHash, hash } from 'node:crypto'

/** A SHA-256 of 32 bytes. */
export type Hash = Uint8Array

export const HASH_BYTES = 32

// RFC 6962, 2.1: the prefixes keep a leaf from passing for a node, and a node for a leaf.
const LEAF_PREFIX = 0
const NODE_PREFIX = 1
const LEAF_PREFIX_TEXT = String.fromCharCode(LEAF_PREFIX)

/** The hash of bytes, or of the UTF-8 of a text. */
export function sha256(content: Uint8Array | string): Hash {
  // Hexadecimal and back takes less time than 'buffer', for which Node allocates memory of its own.
  return Buffer.from(hash('sha256', content, 'hex'), 'hex')
}

/** A SHA-256 of bytes that arrive in pieces; nothing may be added after `hex`. */
export function startSha256(): { add(bytes: Uint8Array): void; hex(): string } {
  const digest = createHash('sha256')
  return {
    add: (bytes) => void digest.update(bytes),
    hex: () => digest.digest('hex'),
  }
}

/** The hash of one event, over the exact bytes that are stored and published. */
export function leafHash(body: Uint8Array): Hash {
  const prefixed = new Uint8Array(body.length + 1)
  prefixed[0] = LEAF_PREFIX
  prefixed.set(body, 1)
  return sha256(prefixed)
}

/** The hash of one event, over the text whose UTF-8 is stored and published. */
export function leafHashOfText(body: string): Hash {
  return sha256(LEAF_PREFIX_TEXT + body)
}

// The bytes that `nodeHash` hashes. Each call fills them anew, because to allocate them takes longer.
const nodeBytes = new Uint8Array(1 + 2 * HASH_BYTES)
nodeBytes[0] = NODE_PREFIX

export function nodeHash(left: Hash, right: Hash): Hash {
  nodeBytes.set(left, 1)
  nodeBytes.set(right, 1 + HASH_BYTES)
  return sha256(nodeBytes)
}

/** The root of a tree without leaves (RFC 6962, 2.1). */
export function emptyRoot(): Hash {
  return sha256(new Uint8Array(0))
}

export function sameBytes(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, index) => byte === other[index])
}

export function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}

export function base64Of(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64')
}

/** The bytes of a text in standard base64 with padding; `undefined` for any other text. */
export function bytesOfBase64(text: string): Uint8Array | undefined {
  const bytes = Buffer.from(text, 'base64')
  return bytes.toString('base64') === text ? new Uint8Array(bytes) : undefined
}
