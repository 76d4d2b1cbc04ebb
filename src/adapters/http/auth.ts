import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Authenticate } from '../../application/authenticate.ts'
import type { ApiKey, Scope } from '../../application/ports/key-store.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** The key the request came with, on routes that ask for one. */
    caller: ApiKey | null
  }
  interface FastifyContextConfig {
    /** Any of these opens the route; `public` needs no key. Every route says one or the other. */
    access?: 'public' | readonly Scope[]
  }
}

/** Judges key and scope before a byte of the body is read. Unknown paths are 404 for anybody. */
export function requireKeys(app: FastifyInstance, authenticate: Authenticate): void {
  app.decorateRequest('caller', null)
  app.addHook('onRequest', async (request) => {
    const { access } = request.routeOptions.config
    if (request.is404 || access === 'public') return
    if (access === undefined)
      throw new Error(`route ${request.routeOptions.url} has no access rule`)
    const header = request.headers['x-api-key']
    const key = typeof header === 'string' ? await authenticate(header) : undefined
    if (key === undefined) throw app.httpErrors.unauthorized('Invalid or missing API key.')
    if (!access.some((scope) => mayUse(key, scope))) {
      throw app.httpErrors.forbidden('This API key may not do that.')
    }
    request.caller = key
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
