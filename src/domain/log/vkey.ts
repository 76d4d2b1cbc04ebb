import { base64Of, bytesOfBase64, hexOf, sha256 } from './hash.ts'

// The text form of a public key: https://c2sp.org/signed-note, "Verifier keys".

/** Ed25519, as signed-note numbers it. */
const ED25519 = 1
const KEY_BYTES = 32
export const KEY_ID_BYTES = 4

/** A public key and the name it signs as. */
export type VerifierKey = {
  readonly name: string
  /** 8 hexadecimal digits. */
  readonly keyId: string
  readonly publicKey: Uint8Array
}

export function makeVerifierKey(name: string, publicKey: Uint8Array): VerifierKey {
  return { name, keyId: keyIdOf(name, publicKey), publicKey }
}

export function formatVkey({ name, keyId, publicKey }: VerifierKey): string {
  return `${name}+${keyId}+${base64Of(Uint8Array.of(ED25519, ...publicKey))}`
}

/** `undefined` for a text that is no Ed25519 key, or whose key id is that of another. */
export function parseVkey(text: string): VerifierKey | undefined {
  const [, name, keyId, encoded] = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/.exec(text) ?? []
  const bytes = bytesOfBase64(encoded ?? '')
  if (name === undefined || bytes?.length !== KEY_BYTES + 1 || bytes[0] !== ED25519) return
  const key = makeVerifierKey(name, bytes.slice(1))
  return key.keyId === keyId ? key : undefined
}

/** What two people compare to see whether they hold the same key: the SHA-256 of its 32 bytes. */
export function fingerprintOf({ publicKey }: VerifierKey): string {
  return `SHA256:${hexOf(sha256(publicKey))}`
}

function keyIdOf(name: string, publicKey: Uint8Array): string {
  const named = new TextEncoder().encode(`${name}\n`)
  return hexOf(sha256(Uint8Array.of(...named, ED25519, ...publicKey)).slice(0, KEY_ID_BYTES))
}
