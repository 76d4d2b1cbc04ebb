// One caller: a connection that is kept, on which the same request is sent again and again.

import { connect, type Socket } from 'node:net'

/** The status of an answer, and the milliseconds from the first byte of the request to its last. */
export type Answered = { readonly status: number; readonly ms: number }

export type Request = {
  readonly port: number
  readonly headers: Readonly<Record<string, string>>
  /** JSON. */
  readonly body: string
}

export type Caller = {
  /** Opens a connection where there is none. The status is 0 where the connection was cut. */
  call(): Promise<Answered>
  close(): void
}

/** Far more than an answer takes, in milliseconds. */
const SILENCE_MS_MAX = 60_000

/** A socket of our own, because a whole HTTP client costs more than some of what it would measure. */
export function makeCaller(request: Request): Caller {
  const bytes = bytesOf(request)
  let socket: Socket | undefined
  let received = ''
  let settle: ((status: number) => void) | undefined

  return {
    async call() {
      const begin = performance.now()
      const { promise, resolve } = Promise.withResolvers<number>()
      settle = resolve
      received = ''
      socket ??= open()
      socket.write(bytes)
      const status = await promise
      settle = undefined
      return { status, ms: performance.now() - begin }
    },
    close: () => void socket?.destroy(),
  }

  function open(): Socket {
    const opened = connect(request.port, '127.0.0.1')
    opened.setNoDelay(true).setTimeout(SILENCE_MS_MAX).setEncoding('latin1')
    opened.on('data', (text: string) => {
      received += text
      const status = statusOfWhole(received)
      if (status === undefined) return
      if (/^connection: close$/im.test(received)) forget(opened)
      settle?.(status)
    })
    opened.on('timeout', () => opened.destroy())
    // A cut connection is an answer with the status 0; `close` follows every error.
    opened.on('error', () => undefined)
    opened.on('close', () => {
      forget(opened)
      settle?.(0)
    })
    return opened
  }

  function forget(ended: Socket): void {
    if (socket === ended) socket = undefined
  }
}

function bytesOf({ port, headers, body }: Request): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  const head = `POST /createSales HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n${lines.join('')}`
  const length = new TextEncoder().encode(body).length
  return `${head}Content-Type: application/json\r\nContent-Length: ${length}\r\n\r\n${body}`
}

/** The status of an answer that has arrived whole; `undefined` before that. */
export function statusOfWhole(received: string): number | undefined {
  const end = received.indexOf('\r\n\r\n')
  if (end < 0) return undefined
  const head = received.slice(0, end)
  const length = /^content-length: *(\d+)$/im.exec(head)?.[1]
  const isWhole =
    length === undefined
      ? received.endsWith('\r\n0\r\n\r\n')
      : received.length >= end + 4 + Number(length)
  return isWhole ? Number(head.slice('HTTP/1.1 '.length, 'HTTP/1.1 '.length + 3)) : undefined
}
