// The HTTP front that every engine has before it: the least that Node can do, so that the engine is what is measured.

import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import type { SaleBody } from './sale-steps.ts'

/** After a signal, sales under way and then the engine have this long to end, in milliseconds. */
const STOP_MS_MAX = 10_000

/** What the front needs of an engine. */
export type Engine = {
  /** Resolves when the whole sale is durable. */
  createSale(sale: SaleBody): Promise<void>
  /** Ends all that the engine started. */
  stop(): Promise<void>
}

/** Serves the engine on `PORT`, says so in one line on standard output, and ends with it on SIGTERM or SIGINT. */
export async function serve(engine: Engine): Promise<void> {
  const running = new Set<Promise<void>>()
  const server = createServer((request, response) => {
    const one = answer(engine, request, response)
    running.add(one)
    void one.finally(() => running.delete(one))
  })
  server.listen(Number(process.env['PORT'] ?? '0'), '127.0.0.1')
  await once(server, 'listening')
  const end = async () => {
    server.close()
    const ended = Promise.all(running).then(() => engine.stop())
    await Promise.race([ended, sleep(STOP_MS_MAX)])
    process.exit()
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    // Packages stop what they started at a signal, all at once; the engine's own stop has an order.
    process.removeAllListeners(signal)
    process.once(signal, () => void end())
  }
  const address = server.address()
  const port = typeof address === 'object' && address?.port
  process.stdout.write(`ready ${JSON.stringify({ port })}\n`)
}

async function answer(engine: Engine, request: IncomingMessage, response: ServerResponse) {
  try {
    let body = ''
    for await (const chunk of request.setEncoding('utf8')) body += chunk
    await engine.createSale(JSON.parse(body))
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"status":"created"}')
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`)
    response.writeHead(500).end()
  }
}
