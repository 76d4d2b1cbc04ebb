// Limits the requests that one connection has under way.

import type { Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'
import type { Meter } from '../../../application/base/meter.port.ts'

/**
 * Requests of one connection without an answer. Hardly any client sends a second one before the answer
 * to the first, but one connection can bring sixty thousand in a single turn of the event loop.
 */
export const PIPELINED_MAX = 32

/**
 * Cuts a connection with one more, and looks at nothing that it has sent behind that. To be called before
 * any hook that waits. Deno has one request of a connection at a time.
 */
export function limitPipelines(app: FastifyInstance, meter: Pick<Meter, 'turnedAway'>): void {
  const underWay = new WeakMap<Socket, number>()
  app.addHook('onRequest', ({ raw: { socket } }, reply, done) => {
    const count = (underWay.get(socket) ?? 0) + 1
    if (count > PIPELINED_MAX) {
      if (!socket.destroyed) meter.turnedAway('sockets')
      reply.hijack()
      socket.destroy()
      return
    }
    underWay.set(socket, count)
    reply.raw.once('close', () => underWay.set(socket, (underWay.get(socket) ?? 1) - 1))
    done()
  })
}
