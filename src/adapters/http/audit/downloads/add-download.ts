import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

/** A file on its way: its name, its content type, and what is in it. */
export type TakenFile = {
  readonly name: string
  readonly type: string
  readonly content: string | NodeJS.ReadableStream
}

/**
 * Makes the route of a file that an auditor takes along; `download` makes the button for it.
 *
 * @param query the parameters that it knows
 * @param fileOf makes the file of a request; what it throws is answered like any error of the pages
 */
export function addDownload<Params>(
  app: FastifyInstance,
  path: string,
  query: readonly string[],
  fileOf: (request: FastifyRequest<{ Params: Params }>) => Promise<TakenFile>,
): void {
  const config = { access: ['audit:read'], keyAsPassword: true, query } as const
  // HEAD is off: it would record a download, and download nothing.
  app.get<{ Params: Params }>(path, { config, exposeHeadRoute: false }, async (request, reply) =>
    sendFile(reply, await fileOf(request)),
  )
}

function sendFile(reply: FastifyReply, { name, type, content }: TakenFile): FastifyReply {
  return reply
    .type(type)
    .header('content-disposition', `attachment; filename="${name}"`)
    .send(content)
}
