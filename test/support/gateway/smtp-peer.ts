// A real SMTP server that fails as a test tells it.

import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { SMTPServer, type SMTPServerSession } from 'smtp-server'

/** A server that is closed waits so long, in milliseconds, for clients that hang on. */
const CLOSE_TIMEOUT_MS = 50

/** How the server meets one connection. */
export type Fate =
  | { readonly type: 'accept' }
  /** A reply at one point: 4xx for later, 5xx for never. */
  | {
      readonly type: 'refuse'
      readonly at: 'greeting' | 'login' | 'recipient' | 'data'
      readonly code: number
      readonly say?: string
    }
  /** No greeting ever, or no answer to the message, which is thrown away. */
  | { readonly type: 'silent'; readonly at: 'greeting' | 'data' }
  /** The message is thrown away, and the connection is cut before a 250. */
  | { readonly type: 'cut' }
  /** The message is kept, and the connection is cut before the 250. */
  | { readonly type: 'takeAndCut' }
  /** The message is kept, and the 250 leaves late. */
  | { readonly type: 'takeLate'; readonly ms: number }

export const ACCEPT: Fate = { type: 'accept' }

/** For a mailer whose server is silent. The server greets after 100 ms, to find out who talks early. */
export const QUICK = { connectionMs: 500, greetingMs: 250, silenceMs: 250, silenceMaxMs: 250 }

/** Of any other. */
export const PATIENT = {
  connectionMs: 10_000,
  greetingMs: 10_000,
  silenceMs: 10_000,
  silenceMaxMs: 10_000,
}

export function timeoutsFor(fate: Fate): typeof QUICK {
  return fate.type === 'silent' ? QUICK : PATIENT
}

export type SmtpMessage = {
  readonly raw: string
  readonly to: readonly string[]
  /** What the client said of its letters. */
  readonly bodyType: string | undefined
  readonly isEncrypted: boolean
}

const IDLE_POLL_MS = 2
const IDLE_TRIES_MAX = 1_000

export type SmtpPeer = {
  readonly url: string
  /** What it took, also where it did not get to say so. */
  readonly messages: readonly SmtpMessage[]
  /** Connections so far. */
  readonly met: () => number
  /** All that clients sent in clear. */
  readonly heard: () => string
  /** Resolves when nobody is connected: nothing more can come of a client that is gone. */
  idle(): Promise<void>
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

/** A real SMTP server on loopback. It keeps what it accepted, or fails as `fate` asks. */
export async function startSmtpServer(
  options: {
    /** Of every connection, `accept` unless given. */
    readonly fate?: () => Fate
    /** Recipients that are refused, until they are taken out. */
    readonly refused?: ReadonlySet<string>
    /** Where it is to be known. */
    readonly password?: string
    /** It has STARTTLS, with a certificate that nobody vouches for; else it has none. */
    readonly startTls?: true
    readonly port?: number
    /** Told of each message right after its "250" was written. */
    readonly onAccepted?: (raw: string) => void
  } = {},
): Promise<SmtpPeer> {
  const messages: SmtpMessage[] = []
  let heard = ''
  const fates = new Map<string, Fate>()
  const fateOf = ({ id }: SMTPServerSession) => fates.get(id) ?? ACCEPT
  const refusalOf = (session: SMTPServerSession, at: string): Error | null => {
    const fate = fateOf(session)
    if (fate.type !== 'refuse' || fate.at !== at) return null
    return Object.assign(new Error(fate.say ?? 'not today'), { responseCode: fate.code })
  }
  const server: SMTPServer = new SMTPServer({
    disabledCommands: [
      ...(options.password === undefined ? ['AUTH'] : []),
      ...(options.startTls ? [] : ['STARTTLS']),
    ],
    closeTimeout: CLOSE_TIMEOUT_MS,
    disableReverseLookup: true,
    onConnect(session, callback) {
      const fate = options.fate?.() ?? ACCEPT
      fates.set(session.id, fate)
      if (fate.type !== 'silent' || fate.at !== 'greeting') callback(refusalOf(session, 'greeting'))
    },
    onAuth({ username, password }, session, callback) {
      const refusal = refusalOf(session, 'login')
      if (refusal !== null) callback(refusal)
      else if (password === options.password) callback(null, { user: username })
      else callback(Object.assign(new Error('bad credentials'), { responseCode: 535 }))
    },
    onRcptTo({ address }, session, callback) {
      const later = () => Object.assign(new Error(`<${address}> later`), { responseCode: 450 })
      callback(options.refused?.has(address) ? later() : refusalOf(session, 'recipient'))
    },
    onData(stream, session, callback) {
      let raw = ''
      stream.setEncoding('utf8')
      stream.on('data', (chunk: string) => {
        raw += chunk
      })
      stream.on('end', () => {
        const fate = fateOf(session)
        const refusal = refusalOf(session, 'data')
        const isLost = fate.type === 'cut' || fate.type === 'silent'
        const to = session.envelope.rcptTo.map(({ address }) => address)
        const { bodyType } = session.envelope
        if (refusal === null && !isLost)
          messages.push({ raw, to, bodyType, isEncrypted: session.secure })
        if (fate.type === 'cut' || fate.type === 'takeAndCut') cut(server, session)
        else if (fate.type === 'takeLate') setTimeout(() => callback(null), fate.ms)
        else if (fate.type !== 'silent') {
          callback(refusal)
          if (refusal === null) options.onAccepted?.(raw)
        }
      })
    },
  })
  // A client that gives up on a silent server is no error of the server.
  server.on('error', () => undefined)
  server.listen(options.port ?? 0, '127.0.0.1')
  await once(server.server, 'listening')
  server.server.on('connection', (socket) => {
    socket.on('data', (chunk) => {
      heard += chunk.toString('latin1')
    })
  })
  const { port } = server.server.address() as AddressInfo
  const login =
    options.password === undefined ? '' : `gateway:${encodeURIComponent(options.password)}@`
  const close = () => new Promise<void>((resolve) => server.close(() => resolve()))
  const idle = async () => {
    for (let tries = 0; tries < IDLE_TRIES_MAX && server.connections.size > 0; tries += 1) {
      await sleep(IDLE_POLL_MS)
    }
    if (server.connections.size > 0) throw new Error('smtp: somebody is still connected')
  }
  // A password is kept to TLS, and so has to be let out where the server has none.
  const members = options.startTls
    ? '?tls.rejectUnauthorized=false'
    : options.password === undefined
      ? ''
      : '?requireTLS=false'
  return {
    url: `smtp://${login}127.0.0.1:${port}${members}`,
    messages,
    met: () => fates.size,
    heard: () => heard,
    idle,
    close,
    [Symbol.asyncDispose]: close,
  }
}

function cut(server: SMTPServer, session: SMTPServerSession): void {
  for (const connection of server.connections) {
    if (connection.session.id === session.id) connection._socket.destroy()
  }
}

/** Of a message as it was taken. */
export function messageIdOf({ raw }: SmtpMessage): string {
  return /^Message-ID: <(.+)>$/m.exec(raw)?.[1]?.trim() ?? 'none'
}
