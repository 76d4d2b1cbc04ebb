// Signs and checks with Ed25519 (RFC 8032), through the runtime's own library.
import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto'
import type { CheckSignature, Signer } from '../../domain/log/signing.ts'
import { formatVkey, makeVerifierKey } from '../../domain/log/vkey.ts'

export const SEED_BYTES = 32

// The DER bytes that RFC 8410 puts before the 32 bytes of a key.
const PRIVATE_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex')
const PUBLIC_PREFIX = Buffer.from('302a300506032b6570032100', 'hex')

/** @param seed 32 secret random bytes: the private key of RFC 8032 */
export function makeSigner(name: string, seed: Uint8Array): Signer {
  const der = Buffer.concat([PRIVATE_PREFIX, seed])
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
  const spki = createPublicKey(key).export({ format: 'der', type: 'spki' })
  const publicKey = spki.subarray(PUBLIC_PREFIX.length)
  return {
    name,
    vkey: formatVkey(makeVerifierKey(name, publicKey)),
    sign: (message) => sign(null, message, key),
  }
}

export const checkSignature: CheckSignature = (publicKey, message, signature) => {
  try {
    return verify(null, message, publicKeyOf(publicKey), signature)
  } catch {
    // The bytes are no key, or no signature.
    return false
  }
}

/** Keys by the bytes they were made of. A log has one or two, and many signatures of each. */
const known = new WeakMap<Uint8Array, KeyObject>()

function publicKeyOf(bytes: Uint8Array): KeyObject {
  const made = known.get(bytes)
  if (made !== undefined) return made
  const der = Buffer.concat([PUBLIC_PREFIX, bytes])
  const key = createPublicKey({ key: der, format: 'der', type: 'spki' })
  known.set(bytes, key)
  return key
}
