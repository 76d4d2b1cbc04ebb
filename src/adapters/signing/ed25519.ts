import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto'
import type { CheckSignature, Signer } from '../../domain/log/signing.ts'
import { formatVkey, makeVerifierKey } from '../../domain/log/vkey.ts'

export const SEED_BYTES = 32

// What RFC 8410 puts before the 32 bytes of a key.
const PRIVATE_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex')
const PUBLIC_PREFIX = Buffer.from('302a300506032b6570032100', 'hex')

/** @param seed 32 secret random bytes, which are the private key of RFC 8032. */
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
    // Bytes that are no key, or no signature.
    return false
  }
}

/** The keys that were asked for, by the bytes that they were made of: a log has one or two. */
const known = new WeakMap<Uint8Array, KeyObject>()

function publicKeyOf(bytes: Uint8Array): KeyObject {
  const made = known.get(bytes)
  if (made !== undefined) return made
  const der = Buffer.concat([PUBLIC_PREFIX, bytes])
  const key = createPublicKey({ key: der, format: 'der', type: 'spki' })
  known.set(bytes, key)
  return key
}
