import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { SMTPServer } from 'smtp-server'

const IDLE_POLL_MS = 2
const IDLE_TRIES_MAX = 1_000

export type SmtpPeer = {
  readonly url: string
  readonly messages: readonly { readonly raw: string; readonly to: readonly string[] }[]
  /** Resolves when nobody is connected: nothing more can come of a client that is gone. */
  idle(): Promise<void>
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

/** A real SMTP server on loopback that keeps what it accepted, or refuses at one point. */
export async function startSmtpServer(
  options: {
    readonly refuse?: 'greeting' | 'recipient' | 'data'
    /** The one recipient that is refused, until it is taken out. */
    readonly refused?: Set<string>
    /** Told of each message right after its "250" was written. */
    readonly onAccepted?: (raw: string) => void
  } = {},
): Promise<SmtpPeer> {
  const messages: { raw: string; to: readonly string[] }[] = []
  const refusal = (at: string) => (options.refuse === at ? new Error('not today') : null)
  const server = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    onConnect: (_session, callback) => callback(refusal('greeting')),
    onRcptTo: ({ address }, _session, callback) =>
      callback(options.refused?.has(address) ? new Error('later') : refusal('recipient')),
    onData(stream, session, callback) {
      let raw = ''
      stream.setEncoding('utf8')
      stream.on('data', (chunk: string) => {
        raw += chunk
      })
      stream.on('end', () => {
        const refused = refusal('data')
        const to = session.envelope.rcptTo.map(({ address }) => address)
        if (refused === null) messages.push({ raw, to })
        callback(refused)
        if (refused === null) options.onAccepted?.(raw)
      })
    },
  })
  // A client that was killed; without a listener it would be an uncaught error here.
  server.on('error', () => undefined)
  server.listen(0, '127.0.0.1')
  await once(server.server, 'listening')
  const { port } = server.server.address() as AddressInfo
  const close = () => new Promise<void>((resolve) => server.close(() => resolve()))
  const idle = async () => {
    for (let tries = 0; tries < IDLE_TRIES_MAX && server.connections.size > 0; tries += 1) {
      await sleep(IDLE_POLL_MS)
    }
    if (server.connections.size > 0) throw new Error('smtp: somebody is still connected')
  }
  return { url: `smtp://127.0.0.1:${port}`, messages, idle, close, [Symbol.asyncDispose]: close }
}
