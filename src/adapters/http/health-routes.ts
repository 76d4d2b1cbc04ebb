import type { FastifyPluginAsync } from 'fastify'
import { errorBody, RETRY_AFTER_S } from './errors.ts'

type Options = {
  /** Why no sale can be taken at the moment; `undefined` when one can. */
  readonly notReady: () => string | undefined
}

export const healthRoutes: FastifyPluginAsync<Options> = async (app, { notReady }) => {
  const open = { config: { access: 'public' } } as const

  app.get('/livez', open, async () => ({ status: 'ok' }))

  app.get('/readyz', open, async (_request, reply) => {
    const why = notReady()
    if (why === undefined) return { status: 'ok' }
    return reply.code(503).header('retry-after', RETRY_AFTER_S).send(errorBody(why))
  })
}
