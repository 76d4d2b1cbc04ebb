/**
 * Restate, its server from npm and its SDK for TypeScript, as a subject of the harness: one handler of a service, its steps as `ctx.run`.
 *
 * What is set, and why:
 * - One partition instead of 24. All partitions have a part in each of the server's syncs; on a machine of
 *   two cores one partition takes half the CPU of 24 for a sale, and gathers more sales under one sync.
 * - Batches of up to 256 commands instead of 32: "the larger this value is, the higher the throughput"
 *   (reference of the server, `max-command-batch-size`).
 * - Ingress and administration by unix sockets in the folder of the run: no port can be taken, and less is copied.
 * - The SDK's own log is silent; it has lines for every call.
 * - All else is as the server comes: the replicated log with one copy, synced before a step is
 *   acknowledged, and journals kept for a day.
 *
 * A setting in the environment, such as `RESTATE_DEFAULT_NUM_PARTITIONS`, wins over these.
 */

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { Agent, type IncomingMessage, request } from 'node:http'
import { createServer } from 'node:http2'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Context, createEndpointHandler, service } from '@restatedev/restate-sdk'
import { serve } from './parts/front.ts'
import { SALE_STEPS, type SaleBody } from './parts/sale-steps.ts'

/** The server must serve within this many milliseconds of its start. */
const START_LIMIT_MS = 60_000

/** Pause between two looks whether the server serves, in milliseconds. */
const LOOK_MS = 100

const NODE_NAME = 'bench'

const SETTINGS = {
  RESTATE_DEFAULT_NUM_PARTITIONS: '1',
  RESTATE_WORKER__MAX_COMMAND_BATCH_SIZE: '256',
  RESTATE_BASE_DIR: folder(),
  RESTATE_NODE_NAME: NODE_NAME,
  RESTATE_LISTEN_MODE: 'unix',
  // At its start it looks for a newer version, and an error without a network is none of ours.
  RESTATE_LOG_FILTER: 'warn,octocrab=off',
  RESTATE_DISABLE_TELEMETRY: 'true',
}

const AGENT = new Agent({ keepAlive: true })

const sales = service({
  name: 'Sales',
  handlers: {
    createSale: async (ctx: Context, sale: SaleBody) => {
      for (const step of SALE_STEPS) await ctx.run(step.name, () => step.work(sale))
    },
  },
})

function folder(): string {
  return process.env['DATA_DIR'] ?? ''
}

/**
 * Posts to one of the server's sockets.
 * @throws Error when the answer is no success.
 */
async function post(socket: 'admin' | 'ingress', path: string, body: unknown): Promise<void> {
  const message = request({
    socketPath: join(folder(), NODE_NAME, `${socket}.sock`),
    path,
    method: 'POST',
    agent: AGENT,
    headers: { 'content-type': 'application/json' },
  })
  message.end(JSON.stringify(body))
  const [response] = (await once(message, 'response')) as [IncomingMessage]
  let text = ''
  for await (const chunk of response.setEncoding('utf8')) text += chunk
  const status = response.statusCode ?? 0
  if (status < 200 || status > 299) throw new Error(`${path}: ${status} ${text}`)
}

/** Serves the handler to Restate over HTTP/2, and returns the address. */
async function startEndpoint(): Promise<string> {
  const endpoint = createServer(
    createEndpointHandler({ services: [sales], logger: () => undefined }),
  )
  endpoint.listen(0, '127.0.0.1')
  await once(endpoint, 'listening')
  const address = endpoint.address()
  if (address === null || typeof address === 'string') throw new Error('the endpoint has no port')
  return `http://127.0.0.1:${address.port}`
}

function startServer(): ChildProcess {
  const packages = createRequire(import.meta.resolve('@restatedev/restate-server/package.json'))
  const { platform, arch } = process
  const file = packages.resolve(`@restatedev/restate-server-${platform}-${arch}/bin/restate-server`)
  return spawn(file, ['--no-logo'], {
    env: { ...SETTINGS, ...process.env },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
}

/** Tells the server of the handler, as soon as it takes that. */
async function register(address: string): Promise<void> {
  for (const end = Date.now() + START_LIMIT_MS; ; await sleep(LOOK_MS)) {
    try {
      return await post('admin', '/deployments', { uri: address })
    } catch (cause) {
      if (Date.now() > end) throw new Error('the Restate server does not serve', { cause })
    }
  }
}

const server = startServer()
// However this process ends, the server must not outlive it.
process.once('exit', () => server.kill())
await register(await startEndpoint())

await serve({
  createSale: (sale) => post('ingress', '/Sales/createSale', sale),
  stop: async () => {
    server.kill('SIGTERM')
    await once(server, 'exit')
  },
})
