// Answers a path that is known, with a method that it does not have.

import { METHODS } from 'node:http'
import type { FastifyInstance, HTTPMethods } from 'fastify'
import { errorBody } from './errors.ts'

/**
 * Answers 405 with `Allow`, to anybody and before a byte of the body is read.
 *
 * @returns to be called when all routes are there: gives each path the methods that it lacks
 */
export function refuseWrongMethods(app: FastifyInstance): () => void {
  // Fastify has a part of the methods that Node reads, and answers the others as an unknown path.
  for (const method of METHODS) {
    if (!app.supportedMethods.includes(method)) app.addHttpMethod(method)
  }
  const urls = new Set<string>()
  app.addHook('onRoute', ({ url }) => void urls.add(url))

  return function refuseOthers() {
    for (const url of [...urls]) {
      const isTaken = (method: string) => app.hasRoute({ url, method: method as HTTPMethods })
      const allow = app.supportedMethods.filter(isTaken).sort().join(', ')
      app.route({
        url,
        method: app.supportedMethods.filter((one) => !isTaken(one)) as HTTPMethods[],
        config: { access: 'public', query: 'any' },
        onRequest: (_request, reply) => {
          reply.code(405).header('allow', allow).send(errorBody('This path has no such method.'))
        },
        handler: () => undefined,
      })
    }
  }
}
