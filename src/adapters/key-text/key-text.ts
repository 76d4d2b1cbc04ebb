// The text of an API key: made, and told from what can be no key without a look at the database.

import { Buffer } from 'node:buffer'
import { randomInt, timingSafeEqual } from 'node:crypto'
import { crc32 } from 'node:zlib'

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/** Characters of chance: 256 bits, so that one SHA-256 of a key is safe to keep. */
const RANDOM_LENGTH = 43

/** Characters of the checksum. 62 to the power of 6 is more than 2 to the power of 32. */
const CHECKSUM_LENGTH = 6

/** A key with a checksum. `docs/operating.md` gives secret scanners the same expression. */
const WITH_CHECKSUM = /^plg_(?:live|demo)_[0-9A-Za-z]{49}$/

/** A key that version 0.1.0 made. It is shorter, so that no text is both. */
const WITHOUT_CHECKSUM = /^plg_[A-Za-z0-9_-]{43}$/

/** Returns a new key. One of the kind `demo` is worth nothing to a thief: it lives as long as its process. */
export function newKeyText(kind: 'live' | 'demo'): string {
  const drawn = Array.from({ length: RANDOM_LENGTH }, () => BASE62[randomInt(BASE62.length)])
  const text = `plg_${kind}_${drawn.join('')}`
  return text + checksumOf(text)
}

/** Whether this may be a key. No secret decides it, so it may take a time that shows the answer. */
export function isKeyText(text: string): boolean {
  if (WITHOUT_CHECKSUM.test(text)) return true
  if (!WITH_CHECKSUM.test(text)) return false
  return text.slice(-CHECKSUM_LENGTH) === checksumOf(text.slice(0, -CHECKSUM_LENGTH))
}

/** Whether two keys are the same, in a time that shows no more of either than its length. */
export function isSameKey(one: string, other: string): boolean {
  const [bytes, others] = [Buffer.from(one), Buffer.from(other)]
  return bytes.length === others.length && timingSafeEqual(bytes, others)
}

/** CRC-32 in base 62, the highest digit first, as in the tokens of GitHub. */
function checksumOf(text: string): string {
  let rest = crc32(text)
  let digits = ''
  for (let i = 0; i < CHECKSUM_LENGTH; i += 1) {
    digits = BASE62.charAt(rest % BASE62.length) + digits
    rest = Math.floor(rest / BASE62.length)
  }
  return digits
}
