// Lets a request in by its API key, and names who asks.

import { Buffer } from 'node:buffer'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
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
    /** Whether a session stands for the key. */
    bySession: boolean
  }
  interface FastifyContextConfig {
    /**
     * A key with any of these scopes opens the route; `public` needs no key. A route without this
     * setting answers nobody.
     */
    access?: 'public' | readonly Scope[]
    /** The key may also be the password of HTTP Basic, or a session may stand for it. */
    keyAsPassword?: boolean
  }
}

/** A key is good, and may not do what it was shown for. */
export class ScopeMissing extends Error {
  readonly statusCode = 403
  readonly key: ApiKey

  constructor(key: ApiKey, needed: readonly Scope[]) {
    super(`This API key may not do that: it needs the scope ${needed.join(' or ')}.`)
    this.name = 'ScopeMissing'
    this.key = key
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
    /** The key of a session, where the route takes one; `undefined` without one that is good. */
    readonly sessionKeyOf: (request: FastifyRequest) => Promise<ApiKey | undefined>
  },
): void {
  app.decorate('software', deps.software)
  app.decorateRequest('caller', null)
  app.decorateRequest('bySession', false)
  app.addHook('onRequest', async (request, reply) => {
    const { access } = request.routeOptions.config
    if (request.is404 || access === 'public') return
    if (access === undefined)
      throw new Error(`route ${request.routeOptions.url} has no access rule`)
    const inSession = takesSession(request) ? await deps.sessionKeyOf(request) : undefined
    const key = inSession ?? (await keyShown(request, reply))
    if (!access.some((scope) => mayUse(key, scope))) throw new ScopeMissing(key, access)
    request.bySession = inSession !== undefined
    request.caller = key
    if (access.includes('audit:read') && mayUse(key, 'audit:read')) {
      await deps.recordAuditorVisit(actorOf(request), request.routeOptions.url ?? '')
    }
  })

  /** @throws {Error} 401, or 429, for a request without a key that is good. */
  async function keyShown(request: FastifyRequest, reply: FastifyReply): Promise<ApiKey> {
    const shown = shownKey(request)
    const signIn = asksForPassword(request, shown)
      ? undefined
      : await deps.authenticate(shown, addressOf(request))
    if (signIn?.type === 'good') return signIn.key
    if (signIn?.type === 'tooMany') throw new TurnedAway('wrongKeys', signIn.retryAfterMs)
    reply.header('www-authenticate', KEY_WANTED)
    throw app.httpErrors.unauthorized('Invalid or missing API key.')
  }
}

/** A session counts before a password, which a browser goes on giving after it was revoked. */
function takesSession({ headers, routeOptions }: FastifyRequest): boolean {
  return routeOptions.config.keyAsPassword === true && headers['x-api-key'] === undefined
}

/**
 * Whether this is the first request of a person. It has no key because nobody asked for one yet, so it
 * is not a failed sign-in.
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
