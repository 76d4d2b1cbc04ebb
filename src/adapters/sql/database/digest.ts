import { createHash } from 'node:crypto'

/** The SHA-256 of a text, for finding it again without keeping it. */
export function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
