// Answers bytes that are no HTTP request.

import { randomUUID } from 'node:crypto'
import type { Socket } from 'node:net'
import { errorBody } from './errors.ts'

const STATUS_LINES: Readonly<Record<string, string>> = {
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
}

/**
 * Answers on the bare connection, in the one shape of all errors: there is no request yet to reply
 * to.
 */
export function answerBrokenRequest(
  error: Error & { readonly code?: string },
  socket: Socket,
): void {
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) {
    socket.destroy()
    return
  }
  const statusLine = STATUS_LINES[error.code ?? ''] ?? '400 Bad Request'
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
