// Lets a request in by its API key, and names who asks.

import { Buffer } from 'node:buffer'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Authenticate } from '../../../application/access/authenticate.ts'
import type { ApiKey, Scope } from '../../../application/access/key-store.port.ts'
import type { RecordAuditorVisit } from '../../../application/access/record-auditor-visit.ts'
import type { ClientActor } from '../../../application/log/event-record.ts'
import { addressOf, peerOf, userAgentOf } from './origin.ts'
import { TurnedAway } from './turned-away.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** What serves the requests: name and version. */
    software: string
  }
  interface FastifyRequest {
    /** The key of the request, on routes that need one. */
    caller: ApiKey | null
  }
  interface FastifyContextConfig {
    /**
     * A key with any of these scopes opens the route; `public` needs no key. A route without this
     * setting answers nobody.
     */
    access?: 'public' | readonly Scope[]
    /** The key may also be the password of HTTP Basic, for which a browser asks its user. */
    keyAsPassword?: boolean
  }
}

/** What a 401 asks for. No scheme of RFC 9110 puts a key into a header of its own, so this one names it. */
export const KEY_WANTED = 'ApiKey realm="PLG sales gateway", header="x-api-key"'

/**
 * Checks key and scope before a byte of the body is read. An unknown path is 404 for anybody. A
 * request that can read the sales of every client is recorded as an auditor's visit.
 */
export function requireKeys(
  app: FastifyInstance,
  deps: {
    readonly authenticate: Authenticate
    readonly recordAuditorVisit: RecordAuditorVisit
    readonly software: string
  },
): void {
  app.decorate('software', deps.software)
  app.decorateRequest('caller', null)
  app.addHook('onRequest', async (request, reply) => {
    const { access } = request.routeOptions.config
    if (request.is404 || access === 'public') return
    if (access === undefined)
      throw new Error(`route ${request.routeOptions.url} has no access rule`)
    const shown = shownKey(request)
    const signIn = asksForPassword(request, shown)
      ? undefined
      : await deps.authenticate(shown, addressOf(request))
    if (signIn?.type === 'tooMany') throw new TurnedAway('wrongKeys', signIn.retryAfterMs)
    if (signIn?.type !== 'good') {
      reply.header('www-authenticate', KEY_WANTED)
      throw app.httpErrors.unauthorized('Invalid or missing API key.')
    }
    const { key } = signIn
    if (!access.some((scope) => mayUse(key, scope))) {
      const needed = access.join(' or ')
      throw app.httpErrors.forbidden(`This API key may not do that: it needs the scope ${needed}.`)
    }
    request.caller = key
    if (access.includes('audit:read') && mayUse(key, 'audit:read')) {
      await deps.recordAuditorVisit(actorOf(request), request.routeOptions.url ?? '')
    }
  })
}

/**
 * Whether this is a browser's first request. It has no key because nobody asked for one yet, so it is
 * not a failed sign-in.
 */
function asksForPassword({ headers, routeOptions }: FastifyRequest, shown?: string): boolean {
  const { keyAsPassword } = routeOptions.config
  return keyAsPassword === true && shown === undefined && headers.authorization === undefined
}

function shownKey({ headers, routeOptions }: FastifyRequest): string | undefined {
  const header = headers['x-api-key']
  if (typeof header === 'string') return header
  return routeOptions.config.keyAsPassword ? passwordOf(headers.authorization) : undefined
}

/** The password of HTTP Basic (RFC 7617), whatever the user's name. */
function passwordOf(header: string | undefined): string | undefined {
  const encoded = /^basic +([A-Za-z0-9+/]+=*)$/i.exec(header ?? '')?.[1]
  if (encoded === undefined) return undefined
  const text = Buffer.from(encoded, 'base64').toString()
  const colon = text.indexOf(':')
  return colon < 0 ? undefined : text.slice(colon + 1)
}

export function mayUse(key: ApiKey, scope: Scope): boolean {
  return key.scopes.includes(scope) || key.scopes.includes('admin')
}

/** The key of a request that `requireKeys` let in. */
export function callerOf(request: FastifyRequest): ApiKey {
  if (request.caller === null) throw new Error('a route that needs its caller is public')
  return request.caller
}

/** The actor in the events of a request that `requireKeys` let in. */
export function actorOf(request: FastifyRequest): ClientActor {
  const { client, id: keyId } = callerOf(request)
  const address = addressOf(request)
  const peer = peerOf(request)
  return {
    client,
    keyId,
    requestId: request.id,
    address,
    ...(peer === address ? {} : { peer }),
    userAgent: userAgentOf(request),
    software: request.server.software,
  }
}
