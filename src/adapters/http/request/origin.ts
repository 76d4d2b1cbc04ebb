import type { FastifyRequest } from 'fastify'

/** Characters of a user agent that are kept. */
const USER_AGENT_MAX = 200

/** IPv4 on a socket that speaks IPv6, too. Source: RFC 4291, 2.5.5.2. */
const MAPPED_IPV4 = /^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i

/** A word with an e-mail address in it, in clear or encoded, or with one of our keys. */
const NOT_TO_KEEP = /\S*(?:@|%40|plg_)\S*/gi

const NOT_VISIBLE_ASCII = /[^ -~]/g

/** The other end of the connection. What a proxy says of the one behind it could be anything. */
export function addressOf({ socket }: Pick<FastifyRequest, 'socket'>): string | null {
  return socket.remoteAddress?.replace(MAPPED_IPV4, '') ?? null
}

/** As the caller names itself. An event is for ever, and a header holds what its sender likes. */
export function userAgentOf({ headers }: Pick<FastifyRequest, 'headers'>): string | null {
  const text = headers['user-agent']?.replaceAll(NOT_TO_KEEP, '*')
  return text?.replaceAll(NOT_VISIBLE_ASCII, '?').slice(0, USER_AGENT_MAX) || null
}
