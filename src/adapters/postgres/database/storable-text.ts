/**
 * U+0000 becomes U+FFFD in a text, because PostgreSQL has no text with it, and fails: then a search for one
 * would fail where it should find nothing. Bodies of events never have it: their JSON escapes it.
 */
export function storable(text: string): string {
  return text.replaceAll('\0', '\ufffd')
}
