// The fake behind a socket on loopback.
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { CONTROL_PATH } from './control/control.ts'
import type { FakeZoho } from './fake-zoho.ts'
import { ConnectionReset } from './wire/connection-reset.ts'

/** 1 MiB: a hundred records with every field filled stay below it. */
export const BODY_BYTES_MAX = 1_048_576

/** Open connections; more are refused by the platform. */
const SOCKETS_MAX = 1_000

/** The fake that is served. Without `control`, the control path is one that Zoho does not know. */
type Served = Pick<FakeZoho, 'fetch'> & Partial<Pick<FakeZoho, 'control'>>

export type FakeZohoServer = {
  readonly url: string
  /** Stops. Open connections are cut, because an idle one would keep the server open for ever. */
  close(): Promise<void>
}

/** Serves the fake and its control path on loopback. Port 0 takes any free port. */
export async function serveFakeZoho(
  fake: Served,
  listen: { readonly host: '127.0.0.1'; readonly port: number },
): Promise<FakeZohoServer> {
  const sockets = new Set<Socket>()
  const server = createServer((incoming, outgoing) => {
    void serveCall(fake, urlOf(server), incoming, outgoing)
  })
  server.maxConnections = SOCKETS_MAX
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  server.listen(listen.port, listen.host)
  await once(server, 'listening')
  return {
    url: urlOf(server),
    async close() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}

function urlOf(server: Server): string {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('fake-zoho: not listening')
  return `http://${address.address}:${address.port}`
}

async function serveCall(
  fake: Served,
  url: string,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const hungUp = new AbortController()
  outgoing.once('close', () => hungUp.abort())
  try {
    await send(await answerTo(fake, url, incoming, hungUp.signal), incoming.socket, outgoing)
  } catch (error) {
    if (hungUp.signal.aborted) return
    if (error instanceof ConnectionReset) return cut(incoming.socket)
    // A bug in the fake must not end a process that others use.
    outgoing.writeHead(500).end()
  }
}

async function answerTo(
  fake: Served,
  url: string,
  incoming: IncomingMessage,
  signal: AbortSignal,
): Promise<Response> {
  const body = await readBody(incoming)
  if (body === undefined) return refusal(413)
  const request = requestOf(url, incoming, body, signal)
  if (request === undefined) return refusal(400)
  if (fake.control === undefined || !isControl(request)) return fake.fetch(request)
  return isLocal(url, incoming) ? fake.control(request) : refusal(403)
}

function isControl({ url }: Request): boolean {
  return new URL(url).pathname.startsWith(CONTROL_PATH)
}

/** Whether the request is from this machine, and not from a web page by way of DNS rebinding. */
function isLocal(url: string, { socket, headers }: IncomingMessage): boolean {
  const { port } = new URL(url)
  const ours = [`127.0.0.1:${port}`, `localhost:${port}`]
  return socket.remoteAddress === '127.0.0.1' && ours.includes(headers.host ?? '')
}

/** The body; `undefined` when it is too large. */
async function readBody(incoming: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of incoming) {
    const part = Buffer.from(chunk)
    bytes += part.length
    if (bytes > BODY_BYTES_MAX) return undefined
    chunks.push(part)
  }
  return Buffer.concat(chunks)
}

/** `undefined` where `Request` throws: a foreign target, TRACE, a GET with a body. */
function requestOf(
  url: string,
  incoming: IncomingMessage,
  body: Buffer,
  signal: AbortSignal,
): Request | undefined {
  const { url: target = '', method = 'GET', headers: given } = incoming
  if (!target.startsWith('/')) return undefined
  const headers = new Headers()
  for (const name of ['authorization', 'content-type'] as const) {
    const value = given[name]
    if (value !== undefined) headers.set(name, value)
  }
  try {
    const content = body.length === 0 ? null : new Uint8Array(body)
    return new Request(`${url}${target}`, { method, headers, body: content, signal })
  } catch {
    return undefined
  }
}

/** Closes the connection: what is left unread of the request would be read as the next one. */
function refusal(status: number): Response {
  return new Response(null, { status, headers: { connection: 'close' } })
}

async function send(response: Response, socket: Socket, outgoing: ServerResponse): Promise<void> {
  const { bytes, isCut } = await readAnswer(response)
  outgoing.writeHead(response.status, Object.fromEntries(response.headers))
  // A plain end, because a reset could discard bytes that the client has not read yet.
  if (isCut) outgoing.write(bytes, () => socket.destroy())
  else outgoing.end(bytes)
}

async function readAnswer(response: Response) {
  const chunks: Uint8Array[] = []
  try {
    for await (const chunk of response.body ?? []) chunks.push(chunk)
  } catch (error) {
    if (!(error instanceof ConnectionReset)) throw error
    return { bytes: Buffer.concat(chunks), isCut: true }
  }
  return { bytes: Buffer.concat(chunks), isCut: false }
}

/**
 * Resets the connection where the platform can; else ends it, which a client cannot tell apart. A
 * connection that the client is closing is ended: Node would keep the handle of a reset for ever.
 */
function cut(socket: Socket): void {
  if (typeof socket.resetAndDestroy === 'function' && socket.writable) socket.resetAndDestroy()
  else socket.destroy()
}
