// Holds each key to its rate of requests, and tells it in headers what is left.

import type { FastifyInstance } from 'fastify'
import type { KeyQuotas } from '../../../application/access/key-quotas.ts'
import { callerOf } from '../request/auth.ts'
import { TurnedAway } from '../request/turned-away.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The use case counts the request of its key itself, because a replay is not to be counted. */
    countsItself?: true
  }
}

/**
 * Counts each request with a valid key when its scope and its body are judged. To be called after the
 * hooks that judge them.
 *
 * The headers are three plain numbers, which clients, libraries and proxies know: those of the IETF's
 * drafts 00 to 06 (`draft-ietf-httpapi-ratelimit-headers`). The drafts after them have two structured
 * fields in their place, and have changed these since.
 */
export function limitKeys(app: FastifyInstance, quotas: KeyQuotas): void {
  app.addHook('preHandler', (request, _reply, done) => {
    const { access, countsItself } = request.routeOptions.config
    if (request.is404 || access === 'public' || countsItself) return done()
    const judge = (retryAfterMs: number) =>
      done(retryAfterMs === 0 ? undefined : new TurnedAway('keyRate', retryAfterMs))
    const taken = quotas.take(callerOf(request).id)
    if (typeof taken === 'number') judge(taken)
    else taken.then(judge, done)
  })
  app.addHook('onSend', (request, reply, payload, done) => {
    if (request.caller !== null) {
      const { limit, remaining, fullInMs } = quotas.allowanceOf(request.caller.id)
      reply
        .header('ratelimit-limit', limit)
        .header('ratelimit-remaining', remaining)
        .header('ratelimit-reset', Math.ceil(fullInMs / 1_000))
    }
    done(null, payload)
  })
}
