// The route GET /metrics of the API's own port, for a Prometheus on the same machine.

import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import { peerOf } from '../request/origin.ts'

/** What a scrape answers. */
export type MetricsText = {
  readonly contentType: string
  /** Made anew once a second at most. */
  text(): Promise<string>
}

type Options = { readonly metrics: MetricsText }

/** What any proxy adds, of whatever name. Behind a proxy on this machine, everybody is a loopback peer. */
const FORWARDED = /^(?:forwarded|x-forwarded-.*)$/

const LOOPBACK = /^(?:127\.\d+\.\d+\.\d+|::1)$/

/** To all others there is no such path: the figures are nobody's business, and need no key. */
export const metricsRoutes: FastifyPluginAsync<Options> = async (app, { metrics }) => {
  app.get(
    '/metrics',
    {
      config: { access: 'public' },
      onRequest(request, reply, done) {
        if (isFromHere(request)) done()
        else reply.callNotFound()
      },
    },
    async (_request, reply) =>
      reply.header('content-type', metrics.contentType).send(await metrics.text()),
  )
}

/** The peer counts, never an address that a header names. */
function isFromHere(request: Pick<FastifyRequest, 'headers' | 'socket'>): boolean {
  const isForwarded = Object.keys(request.headers).some((name) => FORWARDED.test(name))
  return !isForwarded && LOOPBACK.test(peerOf(request) ?? '')
}
