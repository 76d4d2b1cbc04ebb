// Reads the parameters of a query, and refuses those that are malformed.

import type { FastifyInstance, FastifyRequest, preValidationHookHandler } from 'fastify'
import { type EpochMs, parseInstant } from '../../../domain/time.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The parameters that the route knows; none where it is left out. `any` looks at none. */
    query?: readonly string[] | 'any'
  }
}

/** Characters of a parameter's name in an answer: the caller may send one of any length. */
const NAME_MAX = 64

/**
 * Refuses a parameter that the route does not know. A filter with a slip of the pen would otherwise
 * answer as if there were none, with everything.
 */
export function refuseUnknownParameters(app: FastifyInstance): void {
  app.addHook('preHandler', (request, _reply, done) => {
    const { query: known = [] } = request.routeOptions.config
    if (request.is404 || known === 'any') return done()
    const unknown = Object.keys(request.query as object).find((name) => !known.includes(name))
    if (unknown === undefined) return done()
    const why = known.length === 0 ? 'There is no parameter' : `Known: ${known.join(', ')}`
    done(badParameter(request, unknown.slice(0, NAME_MAX) || '""', `is not known here. ${why}`))
  })
}

/**
 * Reads a query by RFC 3986: a `+` is a plus, as in an e-mail address or the offset of a time,
 * not the blank of an HTML form. A name that comes twice has a list for its value.
 */
export function parseQuery(text: string): Record<string, string | string[]> {
  const query: Record<string, string | string[]> = Object.create(null)
  if (text === '') return query
  for (const [name, value] of new URLSearchParams(text.replaceAll('+', '%2B'))) {
    const earlier = query[name]
    if (earlier === undefined) query[name] = value
    else if (typeof earlier === 'string') query[name] = [earlier, value]
    else earlier.push(value)
  }
  return query
}

/** One parameter, or `undefined` without it. @throws {Error} 400 when it comes twice. */
export function parameter(request: FastifyRequest, name: string): string | undefined {
  const value = (request.query as Readonly<Record<string, string | string[] | undefined>>)[name]
  if (Array.isArray(value)) throw badParameter(request, name, 'must be given once')
  return value
}

export function badParameter(request: FastifyRequest, name: string, why: string): Error {
  return request.server.httpErrors.badRequest(`${name}: ${why}`)
}

/** The parameters of one route, as the route wants them. */
export type AskedFor<Asked extends object> = {
  /** Judges them before the request is counted, so that a malformed one is 400 and uses up nothing. */
  readonly preValidation: preValidationHookHandler
  of(request: FastifyRequest): Asked
}

/** @param read throws what is to be answered for malformed parameters */
export function askedFor<Asked extends object>(
  read: (request: FastifyRequest) => Asked,
): AskedFor<Asked> {
  const asked = new WeakMap<FastifyRequest, Asked>()
  const of = (request: FastifyRequest) => {
    const known = asked.get(request) ?? read(request)
    asked.set(request, known)
    return known
  }
  return {
    of,
    async preValidation(request) {
      of(request)
    },
  }
}

/** A whole number from `min` to `max`. @throws {Error} 400. */
export function integerParameter(
  request: FastifyRequest,
  name: string,
  range: { readonly min: number; readonly max: number; readonly otherwise: number },
): number {
  const text = parameter(request, name)
  if (text === undefined) return range.otherwise
  const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN
  if (value >= range.min && value <= range.max) return value
  throw badParameter(request, name, `must be a whole number from ${range.min} to ${range.max}`)
}

/** An instant; a day alone is its begin in UTC. @throws {Error} 400. */
export function timeParameter(request: FastifyRequest, name: string): EpochMs | undefined {
  const text = parameter(request, name)
  if (text === undefined) return undefined
  const at = parseInstant(text)
  if (at !== undefined) return at
  throw badParameter(request, name, 'must be an ISO 8601 day, or time with Z or an offset')
}
