// Judges every answer of a server in this process by the OpenAPI document.

import { Buffer } from 'node:buffer'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify'
import { assertDocumented, type Exchange, undocumented } from './documented.ts'

/**
 * From now on `inject` rejects for an answer that the document does not have. Answers over a socket
 * are kept, because a test only reads them from outside.
 *
 * @returns throws for the first answer over a socket that the document does not have
 */
export function watchAnswers(server: FastifyInstance): () => void {
  const inject = server.inject.bind(server) as (
    asked: InjectOptions,
  ) => Promise<LightMyRequestResponse>
  const flaws: string[] = []

  const judged = async (asked: InjectOptions | string) => {
    const options = typeof asked === 'string' ? { url: asked } : asked
    const answer = await inject(options)
    const { statusCode: status, headers, body } = answer
    const { method = 'GET', url = '/' } = options
    assertDocumented({ method: method.toUpperCase(), url: String(url), status, headers, body })
    return answer
  }
  Object.assign(server, { inject: judged })
  server.server.prependListener('request', (request: IncomingMessage, response: ServerResponse) => {
    const { method = '', url = '' } = request
    keepAnswer(response, (answer) => flaws.push(...undocumented({ method, url, ...answer })))
  })

  return () => {
    if (flaws.length > 0) throw new Error(`not as in docs/openapi.json:\n${flaws.join('\n')}`)
  }
}

/** Hands over a whole answer once it has ended; nothing of one that was cut off. */
function keepAnswer(
  response: ServerResponse,
  whole: (answer: Pick<Exchange, 'status' | 'headers' | 'body'>) => void,
): void {
  const chunks: Buffer[] = []
  const keep = (chunk: unknown) => {
    if (typeof chunk === 'string' || chunk instanceof Uint8Array) chunks.push(Buffer.from(chunk))
  }
  let headers = {}
  const writeHead = response.writeHead.bind(response)
  const write = response.write.bind(response) as (...given: unknown[]) => boolean
  const end = response.end.bind(response) as (...given: unknown[]) => ServerResponse
  Object.assign(response, {
    // Fastify hands its headers over here, and Node does not keep them.
    writeHead(status: number, given: Readonly<Record<string, string>>) {
      headers = given
      return writeHead(status, given)
    },
    write(...given: unknown[]) {
      keep(given[0])
      return write(...given)
    },
    end(...given: unknown[]) {
      keep(given[0])
      const { statusCode: status } = response
      whole({ status, headers, body: Buffer.concat(chunks).toString() })
      return end(...given)
    },
  })
}
