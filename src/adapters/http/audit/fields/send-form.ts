// Answers an address whose fields cannot be used: a person with the form, a program with the reason.

import type { FastifyReply, FastifyRequest } from 'fastify'
import { readerOf, TEXTS } from '../frame/reader.ts'
import { sendPage, wantsHtml } from '../frame/send-page.ts'
import type { FieldProblem } from './form.ts'

export function sendForm(
  request: FastifyRequest,
  reply: FastifyReply,
  problems: readonly FieldProblem[],
  pageOf: () => string,
): FastifyReply {
  if (wantsHtml(request)) return sendPage(reply.code(400), readerOf(request), pageOf())
  const why = problems.map(({ name, why }) => `${name}: ${why(TEXTS.en.filters.problems)}`)
  throw request.server.httpErrors.badRequest(why[0] ?? '')
}
