// Closes connections on which nothing was ever sent, once the front is to be closed.

import type { Server, Socket } from 'node:net'

/** Milliseconds for the first request of a connection that was just opened. */
const FIRST_REQUEST_MS = 1_000

/**
 * A browser, or the check of a balancer, opens a connection and sends nothing. For Node it is no idle
 * one, and the time-outs of requests end with the port: it would hold up the stop for the whole grace.
 *
 * @returns what is to be called when the port is about to be closed
 */
export function watchSilentConnections(server: Pick<Server, 'on'>): () => void {
  const open = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    open.add(socket)
    socket.once('close', () => open.delete(socket))
  })

  return () => {
    setTimeout(() => {
      for (const socket of open) if (socket.bytesRead === 0) socket.destroy()
    }, FIRST_REQUEST_MS).unref()
  }
}
