// Reads the header Idempotency-Key.

const VISIBLE_ASCII = /^[\x21-\x7e]{1,255}$/

export type KeyHeader =
  | { readonly type: 'absent' }
  | { readonly type: 'malformed' }
  | { readonly type: 'given'; readonly key: string }

/** Quotes around the key, as the IETF's draft has them, are not part of it. */
export function readIdempotencyKey(header: string | readonly string[] | undefined): KeyHeader {
  if (header === undefined) return { type: 'absent' }
  if (typeof header !== 'string') return { type: 'malformed' }
  const quoted = header.length >= 2 && header.startsWith('"') && header.endsWith('"')
  const key = quoted ? header.slice(1, -1) : header
  return VISIBLE_ASCII.test(key) ? { type: 'given', key } : { type: 'malformed' }
}
