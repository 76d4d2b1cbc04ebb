// The text form of a public key: https://c2sp.org/signed-note, "Verifier keys".
import { base64Of, bytesOfBase64, hexOf, sha256 } from './hash.ts'

/** The number of Ed25519 in signed-note. */
const ED25519 = 1
const KEY_BYTES = 32
export const KEY_ID_BYTES = 4

/** A public key, and the name under which it signs. */
export type VerifierKey = {
  readonly name: string
  /** The id of the key: 8 hexadecimal digits of a hash over its name and its bytes. */
  readonly keyId: string
  readonly publicKey: Uint8Array
}

export function makeVerifierKey(name: string, publicKey: Uint8Array): VerifierKey {
  return { name, keyId: keyIdOf(name, publicKey), publicKey }
}

export function formatVkey({ name, keyId, publicKey }: VerifierKey): string {
  return `${name}+${keyId}+${base64Of(Uint8Array.of(ED25519, ...publicKey))}`
}

/** The key that a text holds; `undefined` for a text that is no Ed25519 key, or has a wrong key id. */
export function parseVkey(text: string): VerifierKey | undefined {
  const [, name, keyId, encoded] = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/.exec(text) ?? []
  const bytes = bytesOfBase64(encoded ?? '')
  if (name === undefined || bytes?.length !== KEY_BYTES + 1 || bytes[0] !== ED25519) return
  const key = makeVerifierKey(name, bytes.slice(1))
  return key.keyId === keyId ? key : undefined
}

/** The SHA-256 of the key's 32 bytes. Two people compare it to see whether they hold the same key. */
export function fingerprintOf({ publicKey }: VerifierKey): string {
  return `SHA256:${hexOf(sha256(publicKey))}`
}

function keyIdOf(name: string, publicKey: Uint8Array): string {
  const named = new TextEncoder().encode(`${name}\n`)
  return hexOf(sha256(Uint8Array.of(...named, ED25519, ...publicKey)).slice(0, KEY_ID_BYTES))
}
