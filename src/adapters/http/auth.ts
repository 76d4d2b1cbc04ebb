import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Authenticate } from '../../application/authenticate.ts'
import type { ClientActor } from '../../application/event-record.ts'
import type { NoteLook } from '../../application/note-look.ts'
import type { ApiKey, Scope } from '../../application/ports/key-store.ts'
import { addressOf, userAgentOf } from './origin.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** What serves the requests: name and version. */
    software: string
  }
  interface FastifyRequest {
    /** The key the request came with, on routes that ask for one. */
    caller: ApiKey | null
  }
  interface FastifyContextConfig {
    /** Any of these opens the route; `public` needs no key. Every route says one or the other. */
    access?: 'public' | readonly Scope[]
  }
}

/**
 * Judges key and scope before a byte of the body is read. Unknown paths are 404 for anybody. A key
 * that may see everybody's, on a path where that is to be seen, is noted as an auditor's look.
 */
export function requireKeys(
  app: FastifyInstance,
  deps: {
    readonly authenticate: Authenticate
    readonly noteLook: NoteLook
    readonly software: string
  },
): void {
  app.decorate('software', deps.software)
  app.decorateRequest('caller', null)
  app.addHook('onRequest', async (request) => {
    const { access } = request.routeOptions.config
    if (request.is404 || access === 'public') return
    if (access === undefined)
      throw new Error(`route ${request.routeOptions.url} has no access rule`)
    const header = request.headers['x-api-key']
    const shown = typeof header === 'string' ? header : undefined
    const key = await deps.authenticate(shown, addressOf(request))
    if (key === undefined) throw app.httpErrors.unauthorized('Invalid or missing API key.')
    if (!access.some((scope) => mayUse(key, scope))) {
      throw app.httpErrors.forbidden('This API key may not do that.')
    }
    request.caller = key
    if (access.includes('audit:read') && mayUse(key, 'audit:read')) {
      await deps.noteLook(actorOf(request), request.routeOptions.url ?? '')
    }
  })
}

export function mayUse(key: ApiKey, scope: Scope): boolean {
  return key.scopes.includes(scope) || key.scopes.includes('admin')
}

/** The key of a request that `requireKeys` let in. */
export function callerOf(request: FastifyRequest): ApiKey {
  if (request.caller === null) throw new Error('a route that needs its caller is public')
  return request.caller
}

/** Who asks, for the event of a request that `requireKeys` let in. */
export function actorOf(request: FastifyRequest): ClientActor {
  const { client, id: keyId } = callerOf(request)
  return {
    client,
    keyId,
    requestId: request.id,
    address: addressOf(request),
    userAgent: userAgentOf(request),
    software: request.server.software,
  }
}
