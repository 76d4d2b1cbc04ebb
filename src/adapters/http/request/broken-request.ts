// Answers bytes that are no HTTP request, or none that a gateway has.

import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Server, Socket } from 'node:net'
import { errorBody } from './errors.ts'

const STATUS_LINES: Readonly<Record<string, string>> = {
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
}

type BrokenRequests = {
  /** To be called before the first connection. */
  watch(server: Pick<Server, 'on'>): void
  /**
   * Answers on the bare connection, in the one shape of all errors: there is no request yet to reply
   * to. Behind a whole request it leaves that one its own answer, and ends the connection after it: a
   * 400 in its place would say of a sale that nothing was begun.
   */
  answer(error: Error & { readonly code?: string }, socket: Socket): void
}

type Exchange = { readonly request: IncomingMessage; readonly response: ServerResponse }

/** Whether a whole request waits for its answer. */
function isUnanswered({ request, response }: Exchange): boolean {
  return request.complete && !response.writableEnded
}

export function makeBrokenRequests(): BrokenRequests {
  /** The requests of each connection that are not answered yet, and the newest one. */
  const underWay = new WeakMap<Socket, readonly Exchange[]>()

  return {
    watch(server) {
      server.on('request', (request: IncomingMessage, response: ServerResponse) => {
        const earlier = underWay.get(request.socket)?.filter(isUnanswered) ?? []
        underWay.set(request.socket, [...earlier, { request, response }])
      })
      // A caller who takes us for a proxy. Node hands over its bare connection, and without this closes
      // it with no answer. Source: RFC 9110, 9.3.6.
      server.on('connect', (_request: IncomingMessage, socket: Socket) => {
        // It may be reset while it is answered, and nobody else listens any more.
        socket.on('error', () => socket.destroy())
        answerBare('400 Bad Request', socket)
      })
    },

    answer(error, socket) {
      if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) {
        socket.destroy()
        return
      }
      const whole = underWay.get(socket)?.findLast(isUnanswered)
      if (whole === undefined) {
        answerBare(STATUS_LINES[error.code ?? ''] ?? '400 Bad Request', socket)
      } else whole.response.shouldKeepAlive = false
    },
  }
}

function answerBare(statusLine: string, socket: Socket): void {
  const body = JSON.stringify(errorBody(`${statusLine.slice(4)}.`))
  socket.end(
    [
      `HTTP/1.1 ${statusLine}`,
      'Content-Type: application/json; charset=utf-8',
      `Content-Length: ${Buffer.byteLength(body)}`,
      `X-Request-Id: ${randomUUID()}`,
      'Connection: close',
      '',
      body,
    ].join('\r\n'),
  )
}
