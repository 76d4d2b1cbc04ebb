// Callers that hold their connections and ask nothing whole, as a process of its own.

import { connect, type Socket } from 'node:net'
import process from 'node:process'

/** How a caller holds its connection. */
export type Kind = 'slowHeader' | 'slowBody' | 'refusedBody' | 'silent' | 'idle'

export type Plan = {
  readonly port: number
  readonly key: string
  /** Callers of each kind; one whose connection was closed comes again. */
  readonly each: number
  /** Silent callers beyond those, which come once. */
  readonly tooMany: number
}

/** How connections ended: how many, with which answer, and after how many seconds. */
export type Ended = {
  readonly kind: Kind | 'tooMany'
  /** Of the first answer; `none` where there was none. */
  readonly status: string
  count: number
  leastS: number
  mostS: number
}

export type Report = { readonly open: number; readonly ended: readonly Ended[] }

/** An address of this machine that the good caller does not have. */
const ADDRESS = '127.0.0.2'

const DRIP_MS = 2_000
const REPORT_MS = 250

/** A caller who comes back at once could find its old connection still counted. */
const AGAIN_MS = 1_000

const plan: Plan = JSON.parse(process.argv[2] ?? '{}')
const ended = new Map<string, Ended>()
let open = 0

/** What a caller sends at once. */
const FIRST: Readonly<Record<Kind, string>> = {
  slowHeader: 'GET /sales HTTP/1.1\r\nHost: gateway\r\n',
  slowBody: slowSale(plan.key),
  refusedBody: slowSale(''),
  silent: '',
  idle: 'GET /livez HTTP/1.1\r\nHost: gateway\r\n\r\n',
}

/** What it sends again and again. */
const DRIPS: Partial<Readonly<Record<Kind, string>>> = {
  slowHeader: 'X-More: of this\r\n',
  slowBody: ' ',
  refusedBody: ' ',
}

for (const kind of Object.keys(FIRST) as Kind[]) {
  for (let i = 0; i < plan.each; i += 1) hold(kind)
}
setTimeout(() => {
  for (let i = 0; i < plan.tooMany; i += 1) call('tooMany', '')
}, REPORT_MS)
setInterval(report, REPORT_MS)

function hold(kind: Kind): void {
  const socket = call(kind, FIRST[kind])
  const drop = DRIPS[kind]
  const drip = drop === undefined ? undefined : setInterval(() => socket.write(drop), DRIP_MS)
  socket.on('close', () => {
    clearInterval(drip)
    setTimeout(hold, AGAIN_MS, kind)
  })
}

function call(kind: Ended['kind'], first: string): Socket {
  const socket = connect({ port: plan.port, host: '127.0.0.1', localAddress: ADDRESS })
  const begin = performance.now()
  let status = 'none'
  let isOpen = false
  socket.setEncoding('latin1')
  socket.on('connect', () => {
    open += 1
    isOpen = true
    if (first !== '') socket.write(first)
  })
  socket.on('data', (text) => {
    if (status !== 'none') return
    status = String(text).slice('HTTP/1.1 '.length, 'HTTP/1.1 '.length + 3)
  })
  socket.on('error', () => undefined)
  socket.on('close', () => {
    if (isOpen) open -= 1
    note(kind, status, (performance.now() - begin) / 1_000)
  })
  return socket
}

function note(kind: Ended['kind'], status: string, seconds: number): void {
  const name = `${kind} ${status}`
  const known = ended.get(name) ?? { kind, status, count: 0, leastS: seconds, mostS: seconds }
  known.count += 1
  known.leastS = Math.min(known.leastS, seconds)
  known.mostS = Math.max(known.mostS, seconds)
  ended.set(name, known)
}

function slowSale(key: string): string {
  const head = ['POST /createSales HTTP/1.1', 'Host: gateway', `X-Api-Key: ${key}`]
  return [...head, 'Content-Type: application/json', 'Content-Length: 60000', '', '{'].join('\r\n')
}

function report(): void {
  const said: Report = { open, ended: [...ended.values()] }
  process.stdout.write(`${JSON.stringify(said)}\n`)
}
