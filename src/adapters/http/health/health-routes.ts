// The routes that tell an orchestrator whether the process is alive, and ready.

import type { FastifyPluginAsync } from 'fastify'
import { errorBody, RETRY_AFTER_S } from '../request/errors.ts'

type Options = {
  /** Why no sale can be taken at the moment; `undefined` when one can. */
  readonly notReady: () => string | undefined

  /** What `?verbose` adds: figures for anybody, nothing about a person. */
  readonly verbose: () => Promise<Readonly<Record<string, unknown>>>
}

export const healthRoutes: FastifyPluginAsync<Options> = async (app, { notReady, verbose }) => {
  const open = { config: { access: 'public' } } as const

  app.get('/livez', open, async () => ({ status: 'ok' }))

  app.get<{ Querystring: Readonly<Record<string, unknown>> }>(
    '/readyz',
    { config: { access: 'public', query: ['verbose'] } },
    async (request, reply) => {
      const more = 'verbose' in request.query ? await verbose() : {}
      const why = notReady()
      if (why === undefined) return { status: 'ok', ...more }
      return reply
        .code(503)
        .header('retry-after', RETRY_AFTER_S)
        .send({ ...errorBody(why), ...more })
    },
  )
}
