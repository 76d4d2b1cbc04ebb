import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

/** A file on its way: its name, its content type, and what is in it. */
export type TakenFile = {
  readonly name: string
  readonly type: string
  readonly content: string | NodeJS.ReadableStream
}

/**
 * Makes the routes of a file that an auditor takes along, which may be an event: by POST for the button
 * that `download` makes, by GET for a program that shows its key. With a session GET is refused, because
 * a page of another port of this host could lead a browser to it.
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
  const options = { config: { ...config, fromOurPages: true }, exposeHeadRoute: false } as const
  app.post<{ Params: Params }>(path, options, async (request, reply) =>
    sendFile(reply, await fileOf(request)),
  )
  // HEAD is off: it would record a download, and download nothing.
  app.get<{ Params: Params }>(path, options, async (request, reply) => {
    if (request.bySession) {
      reply.header('allow', 'POST')
      throw app.httpErrors.methodNotAllowed('A file is taken along by the button on its page.')
    }
    return sendFile(reply, await fileOf(request))
  })
}

function sendFile(reply: FastifyReply, { name, type, content }: TakenFile): FastifyReply {
  return reply
    .type(type)
    .header('content-disposition', `attachment; filename="${name}"`)
    .send(content)
}
