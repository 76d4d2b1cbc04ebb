// Sends bytes over a real socket, and reads what comes back.

import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { SALE } from './http-requests.ts'
import type { TestService } from './test-service.ts'

/** Far more than an answer takes, in milliseconds: a slow machine is no failure. */
const SILENCE_MS_MAX = 60_000

/** Lets the service listen on a free port of this machine, and returns the port. */
export async function listen(t: TestService): Promise<number> {
  await t.server.listen({ host: '127.0.0.1', port: 0 })
  const address = t.server.server.address()
  assert.ok(typeof address === 'object' && address !== null)
  return address.port
}

/** Sends these bytes and gives back what comes until the other side ends the connection. */
export function sendRaw(port: number, bytes: string): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const socket = connect(port, '127.0.0.1')
  let received = ''
  socket.setEncoding('utf8').setTimeout(SILENCE_MS_MAX)
  socket.on('data', (text) => {
    received += text
  })
  socket.on('timeout', () => {
    reject(new Error(`the connection was left open after: ${received}`))
    socket.destroy()
  })
  // A connection cut short is what some tests are about: what came before is what counts.
  socket.on('error', () => resolve(received))
  socket.on('close', () => resolve(received))
  socket.write(bytes)
  return promise
}

/** Reads an answer off the wire into the parts that tests look at. */
export function parseAnswer(text: string) {
  const [head = '', body = ''] = text.split('\r\n\r\n', 2)
  const [statusLine = '', ...lines] = head.split('\r\n')
  const headers = Object.fromEntries(
    lines.map((line) => {
      const colon = line.indexOf(':')
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
    }),
  )
  return { statusCode: Number(statusLine.split(' ')[1]), headers, body }
}

/** The published sale as it goes over the wire. */
export function saleBytes(key: string): string {
  const body = JSON.stringify(SALE)
  return [
    'POST /createSales HTTP/1.1',
    'Host: gateway',
    'Connection: close',
    `X-Api-Key: ${key}`,
    'Content-Type: application/json',
    `Content-Length: ${body.length}`,
    '',
    body,
  ].join('\r\n')
}
