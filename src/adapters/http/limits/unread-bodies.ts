// Closes a connection on which the body of a request goes on after its answer.

import type { FastifyInstance } from 'fastify'

/**
 * A request that is refused before its body is read, for its key or its path, leaves the connection to
 * its sender until the body is whole. Node closes it when the time for the whole request is over; Deno
 * (2.9) counts only until the answer.
 *
 * @param wholeWithinMs milliseconds that are left for the rest of the body
 */
export function closeUnreadBodies(app: FastifyInstance, wholeWithinMs: number): void {
  if (!('Deno' in globalThis)) return
  app.addHook('onResponse', ({ raw }, _reply, done) => {
    // A request that a test injects has no connection, and its body is never complete.
    const hasConnection = 'destroy' in raw.socket
    // At most one for each open connection.
    if (hasConnection && !raw.complete) {
      setTimeout(() => {
        if (!raw.complete) raw.socket.destroy()
      }, wholeWithinMs).unref()
    }
    done()
  })
}
