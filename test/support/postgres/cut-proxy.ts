// A network between a client and a server, which fails when a test says so.

import { once } from 'node:events'
import { type AddressInfo, createServer, connect as dial, type Socket } from 'node:net'

/**
 * Whether the server has got what the client sent, when the connection is cut at it. With `on the way` the server
 * gets it at `deliver`, and takes the connection for whole until then.
 */
export type Cut = 'before the server has it' | 'after the server has answered' | 'on the way'

type Line = {
  readonly client: Socket
  readonly server: Socket
  /** The server's word for a statement: the connection is cut when it says that it has done one. */
  cutAtAnswer: string | undefined
  /** What is on the way to the server after the client was cut. */
  late: Buffer | undefined
}

/** Loopback TCP, from a port of its own to that of the server. */
export type CutProxy = {
  /** Has new connections go to another server, and cuts those that there are. */
  moveTo(target: string): void
  /** The same database by way of this proxy. */
  url(direct: string): string
  /** Cuts all connections, on both sides. */
  cut(): void
  /** Cuts a connection when its client next sends text with these words, in any case; once. */
  cutAt(words: string, cut: Cut): void
  /** The server gets what was cut `on the way`. */
  deliver(): void
  /** How many connections there are. */
  open(): number
  /** Refuses new connections until `accept`. */
  refuse(): void
  accept(): void
  /** Nothing arrives any more, and nobody is told, until `thaw`. */
  freeze(): void
  thaw(): void
  [Symbol.asyncDispose](): Promise<void>
}

/** Opens a proxy before the server that a URL names. */
export async function openCutProxy(target: string): Promise<CutProxy> {
  const lines = new Set<Line>()
  let port = Number(new URL(target).port)
  let isRefusing = false
  let isFrozen = false
  let rule: { readonly words: string; readonly cut: Cut } | undefined
  const judge = (line: Line, chunk: Buffer): boolean => {
    if (!rule || !wordsOf(chunk).includes(rule.words)) return true
    const { cut } = rule
    // Other statements that were sent with it may be answered before.
    if (cut === 'after the server has answered') [line.cutAtAnswer] = rule.words.split(' ')
    if (cut === 'on the way') line.late = chunk
    rule = undefined
    return line.cutAtAnswer !== undefined
  }
  const proxy = createServer((client) => {
    if (isRefusing) {
      client.resetAndDestroy()
      return
    }
    const line: Line = {
      client,
      server: dial(port, '127.0.0.1'),
      cutAtAnswer: undefined,
      late: undefined,
    }
    lines.add(line)
    carry(line, (chunk) => judge(line, chunk))
    line.server.once('close', () => lines.delete(line))
    if (isFrozen) hold(line)
  })
  proxy.listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  const { port: own } = proxy.address() as AddressInfo
  return {
    url: (direct) => Object.assign(new URL(direct), { port: String(own) }).href,
    moveTo: (other) => {
      port = Number(new URL(other).port)
      lines.forEach(cutLine)
    },
    cut: () => lines.forEach(cutLine),
    cutAt: (words, cut) => {
      rule = { words: words.toLowerCase(), cut }
    },
    deliver: () => {
      for (const line of lines) {
        if (line.late !== undefined) line.server.end(line.late)
      }
    },
    open: () => lines.size,
    refuse: () => {
      isRefusing = true
    },
    accept: () => {
      isRefusing = false
    },
    freeze: () => {
      isFrozen = true
      lines.forEach(hold)
    },
    thaw: () => {
      isFrozen = false
      for (const { client, server } of lines) for (const end of [client, server]) end.resume()
    },
    async [Symbol.asyncDispose]() {
      lines.forEach(cutLine)
      proxy.close()
      await once(proxy, 'close')
    },
  }
}

/** Carries bytes in both directions. `passes` says whether what the client sends goes on. */
function carry(line: Line, passes: (chunk: Buffer) => boolean): void {
  const { client, server } = line
  client.on('data', (chunk: Buffer) => {
    if (passes(chunk)) server.write(chunk)
    else if (line.late === undefined) cutLine(line)
    else client.resetAndDestroy()
  })
  server.on('data', (chunk: Buffer) => {
    const { cutAtAnswer } = line
    if (cutAtAnswer !== undefined && wordsOf(chunk).includes(cutAtAnswer)) cutLine(line)
    else client.write(chunk)
  })
  for (const end of [client, server]) {
    // An end that resets the connection closes it too, which is all that matters here.
    end.on('error', () => undefined)
    end.on('close', () => {
      if (line.late === undefined) cutLine(line)
    })
  }
}

function wordsOf(chunk: Buffer): string {
  return chunk.toString('latin1').toLowerCase()
}

function cutLine({ client, server }: Line): void {
  for (const end of [client, server]) if (!end.destroyed) end.resetAndDestroy()
}

function hold({ client, server }: Line): void {
  for (const end of [client, server]) end.pause()
}
