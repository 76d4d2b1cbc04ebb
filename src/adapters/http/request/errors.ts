// Answers every error in the one published shape.

import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { errorCode } from '../../../application/base/errors.ts'
import { TurnedAway } from './turned-away.ts'

/** The published shape of every error. */
export function errorBody(message: string) {
  return { status: 'error', message } as const
}

/** An answer whose body is the same each time: it is made a text once. */
export function sendText(reply: FastifyReply, json: string): FastifyReply {
  return reply.header('content-type', 'application/json; charset=utf-8').send(json)
}

/** Seconds that `Retry-After` names where nothing was started. */
export const RETRY_AFTER_S = 2

/** Whole seconds for `Retry-After`, never 0. */
export function retryAfterSeconds(ms: number | undefined): number {
  return ms === undefined ? RETRY_AFTER_S : Math.max(1, Math.ceil(ms / 1_000))
}

/** Fastify's own refusals, in words that name what was wrong. Source: its reference, Errors. */
const FRAMEWORK_MESSAGES: Readonly<Record<string, string>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'Content-Type: must be application/json',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'Content-Length: does not match the body',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'body: is empty',
  FST_ERR_CTP_INVALID_JSON_BODY: 'body: is not valid JSON',
  FST_ERR_CTP_BODY_TOO_LARGE: 'body: must not be over 64 KiB',
  FST_ERR_BAD_URL: 'URL: is malformed',
}

/**
 * One shape for whatever goes wrong in a route, a hook or the framework.
 *
 * @param onLost called where nobody knows what is on disk: the process must stop
 */
export function handleErrors(app: FastifyInstance, onLost: (error: unknown) => void): void {
  app.decorateRequest('turnedAway', null)
  app.setNotFoundHandler(sendNotFound)
  // Before a body is read: a wrong type or length of it would be answered before the path, with 415 or 413.
  app.addHook('onRequest', (request, reply, done) => {
    if (request.is404 && !BODILESS.has(request.method)) sendNotFound(request, reply)
    else done()
  })
  app.setErrorHandler<FastifyError>((error, request, reply) => {
    if (errorCode(error) !== 'lost') return sendError(error, request, reply)
    request.log.error({ err: error }, 'request left unanswered')
    onLost(error)
    return cutOff(reply)
  })
}

/** Methods whose body Fastify does not read. */
const BODILESS: ReadonlySet<string> = new Set(['GET', 'HEAD'])

function sendNotFound(_request: FastifyRequest, reply: FastifyReply): void {
  reply.code(404).send(errorBody('Not found.'))
}

/** Cuts the connection, as a crash would: any answer might be false. */
export function cutOff(reply: FastifyReply): FastifyReply {
  reply.hijack()
  reply.raw.destroy()
  return reply
}

export function sendError(
  error: FastifyError | TurnedAway,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  return sendRefusal(refusalOfError(error, request), reply)
}

type Refusal = {
  readonly status: number
  readonly message: string
  readonly retryAfterMs?: number | undefined
}

export function sendRefusal(refusal: Refusal, reply: FastifyReply): FastifyReply {
  return headOfRefusal(refusal, reply).send(errorBody(refusal.message))
}

/** Sets all of the answer but its body. */
export function headOfRefusal({ status, retryAfterMs }: Refusal, reply: FastifyReply) {
  if (status === 503 || status === 429) reply.header('retry-after', retryAfterSeconds(retryAfterMs))
  return reply.code(status)
}

/** The status and the message that answer an error. Its cause is logged, never answered. */
export function refusalOfError(error: FastifyError | TurnedAway, request: FastifyRequest): Refusal {
  if (error instanceof TurnedAway) {
    request.turnedAway = error.why
    return error
  }
  if (errorCode(error) === 'unavailable') {
    request.log.warn({ err: error }, 'not available')
    return { status: 503, message: 'Temporarily unavailable, nothing was started.' }
  }
  if (errorCode(error) === 'unreadable') {
    request.log.error({ err: error }, 'log not readable')
    return { status: 500, message: 'Its log cannot be read, a person has to look.' }
  }
  const status = error.statusCode ?? 500
  if (status >= 500) {
    request.log.error({ err: error }, 'request failed')
    return { status: 500, message: 'Internal error.' }
  }
  const message = FRAMEWORK_MESSAGES[error.code] ?? jsonMessage(error) ?? error.message
  return { status, message }
}

/** The JSON parser's own message quotes the body, which may hold anybody's name. */
function jsonMessage(error: FastifyError): string | undefined {
  return error instanceof SyntaxError ? 'body: is not valid JSON' : undefined
}
