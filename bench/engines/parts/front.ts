/** The HTTP front that every engine has before it: the least that Node can do, so that the engine is what is measured. */

import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import type { SaleBody } from './sale-steps.ts'

/** After a signal the engine has this long to stop, in milliseconds. Then the process ends as it is. */
const STOP_LIMIT_MS = 10_000

/** What the front needs of an engine. */
export interface Engine {
  /** Resolves when the whole sale is durable. */
  readonly createSale: (sale: SaleBody) => Promise<void>
  /** Ends all that the engine started. */
  readonly stop: () => Promise<void>
}

async function answer(engine: Engine, request: IncomingMessage, response: ServerResponse) {
  try {
    if (request.method !== 'POST' || request.url !== '/createSales') {
      response.writeHead(404).end()
      return
    }
    let body = ''
    for await (const chunk of request.setEncoding('utf8')) body += chunk
    await engine.createSale(JSON.parse(body))
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"status":"created"}')
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`)
    response.writeHead(500).end()
  }
}

/** Serves the engine on `PORT`, says so in one line on standard output, and ends with it on SIGTERM or SIGINT. */
export async function serve(engine: Engine): Promise<void> {
  const server = createServer((request, response) => void answer(engine, request, response))
  server.listen(Number(process.env['PORT'] ?? '0'), '127.0.0.1')
  await once(server, 'listening')
  const end = async () => {
    server.close()
    server.closeAllConnections()
    await Promise.race([engine.stop(), sleep(STOP_LIMIT_MS)])
    process.exit(0)
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    // Packages stop what they started at a signal, all at once; the engine's own stop has an order.
    process.removeAllListeners(signal)
    process.once(signal, () => void end())
  }
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the front has no port')
  process.stdout.write(`ready ${JSON.stringify({ port: address.port })}\n`)
}
