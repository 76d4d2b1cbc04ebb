// Looks at the header Host, with which a proxy and a server may mean different things.

import type { IncomingMessage } from 'node:http'

/** What is wrong with it; `undefined` for nothing. Source: RFC 9112, 3.2. */
export function flawOfHost({ httpVersion, rawHeaders }: IncomingMessage): string | undefined {
  // Names and values take turns in this list.
  const hosts = rawHeaders.filter((text, i) => i % 2 === 0 && text.toLowerCase() === 'host').length
  if (hosts > 1) return 'must be given once'
  return hosts === 0 && httpVersion === '1.1' ? 'is missing' : undefined
}
