// Where a request came from: the address and the user agent that an event records.

import { isIP } from 'node:net'
import type { FastifyRequest } from 'fastify'

/** Characters of a user agent that are kept. */
const USER_AGENT_MAX = 200

/** An IPv4 address as a socket for IPv6 writes it. Source: RFC 4291, 2.5.5.2. */
const MAPPED_IPV4 = /^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i

/** What is in an e-mail address, in clear or encoded, or in one of our keys. */
const NOT_TO_KEEP = /@|%40|plg_/i

/** One expression for a word with these in it would take the square of a header's length. */
const WORD = /\S+/g

const NOT_VISIBLE_ASCII = /[^ -~]/g

/**
 * Who asked: the other end of the connection. Where that is a trusted proxy, the rightmost address in
 * its `X-Forwarded-For` that is no trusted proxy: what stands before it, anybody can send.
 */
export function addressOf(request: Pick<FastifyRequest, 'ip' | 'socket'>): string | null {
  // A proxy may write anything there, and an event is kept for ever.
  const address = request.ip?.replace(MAPPED_IPV4, '')
  return isPlainAddress(address) ? address : peerOf(request)
}

/** The other end of the connection, whoever asked. */
export function peerOf({ socket }: Pick<FastifyRequest, 'socket'>): string | null {
  return socket.remoteAddress?.replace(MAPPED_IPV4, '') ?? null
}

/** An IPv6 zone is a name of any length, of a network card that only its own machine knows. */
function isPlainAddress(text: string | undefined): text is string {
  return text !== undefined && isIP(text) !== 0 && !text.includes('%')
}

/** The caller's own name for its program, without addresses and keys: an event is kept for ever. */
export function userAgentOf({ headers }: Pick<FastifyRequest, 'headers'>): string | null {
  const text = headers['user-agent']?.replaceAll(WORD, (word) =>
    NOT_TO_KEEP.test(word) ? '*' : word,
  )
  return text?.replaceAll(NOT_VISIBLE_ASCII, '?').slice(0, USER_AGENT_MAX) || null
}
