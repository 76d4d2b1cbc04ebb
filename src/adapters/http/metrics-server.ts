// The listener that serves /metrics on a port of its own, apart from the API.

import { Buffer } from 'node:buffer'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { Logger } from '../../application/base/logger.port.ts'
import type { MetricsText } from './health/metrics-routes.ts'
import { errorBody } from './request/errors.ts'

/** Connections at one time. A Prometheus needs one; the figures are worth no more of our files. */
const SOCKETS_MAX = 32

/** Milliseconds for the headers of a request, and for the whole of it; and between two looks. */
const REQUEST_TIMEOUT_MS = 5_000
const TIMEOUT_CHECK_MS = 1_000

const HEADER_BYTES_MAX = 16 * 1_024

export type MetricsServer = {
  /** The port that is listened on. */
  readonly port: number
  /** Ends the connections, too: no scrape is worth waiting for. */
  close(): Promise<void>
}

type Answer = { readonly status: number; readonly type: string; readonly body: string }

/** @throws {Error} of the system, where the port cannot be listened on. */
export async function openMetricsServer(
  { host, port }: { readonly host: string; readonly port: number },
  metrics: MetricsText,
  logger: Pick<Logger, 'error'>,
): Promise<MetricsServer> {
  const server = createServer(
    {
      headersTimeout: REQUEST_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      connectionsCheckingInterval: TIMEOUT_CHECK_MS,
      maxHeaderSize: HEADER_BYTES_MAX,
    },
    (request, response) => {
      void answerTo(request, metrics, logger).then(({ status, type, body }) => {
        response.writeHead(status, {
          'content-type': type,
          'content-length': Buffer.byteLength(body),
          'cache-control': 'no-store',
        })
        response.end(request.method === 'HEAD' ? undefined : body)
      })
    },
  )
  server.maxConnections = SOCKETS_MAX
  server.listen({ host, port })
  await once(server, 'listening')
  return { port: portOf(server, port), close: () => closed(server) }
}

async function answerTo(
  { method, url = '' }: IncomingMessage,
  metrics: MetricsText,
  logger: Pick<Logger, 'error'>,
): Promise<Answer> {
  if (url.split('?')[0] !== '/metrics') return refusal(404, 'Not found.')
  if (method !== 'GET' && method !== 'HEAD') return refusal(405, 'This path has no such method.')
  try {
    return { status: 200, type: metrics.contentType, body: await metrics.text() }
  } catch (err) {
    logger.error({ err }, 'metrics not made')
    return refusal(500, 'Internal error.')
  }
}

function refusal(status: number, message: string): Answer {
  const type = 'application/json; charset=utf-8'
  return { status, type, body: JSON.stringify(errorBody(message)) }
}

function portOf(server: Server, asked: number): number {
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : asked
}

async function closed(server: Server): Promise<void> {
  const ended = once(server, 'close')
  server.close()
  server.closeAllConnections()
  await ended
}
