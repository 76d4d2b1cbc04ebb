// The answers that many operations have in common.

import type { TSchema } from 'typebox'
import { errorBody } from '../request/errors.ts'
import { REASONS } from '../request/turned-away.ts'
import type { Answer, Content, Examples, Ref } from './document-types.ts'
import { type HeaderNames, headersOf } from './header-list.ts'
import { schemaRef } from './schemas.ts'

/** Headers that every answer carries, or may carry. */
export const COMMON_HEADERS = [
  'X-Request-Id',
  'Cache-Control',
  'Connection',
  'RateLimit-Limit',
  'RateLimit-Remaining',
  'RateLimit-Reset',
] as const

/** An answer with a body of one media type. */
export function answer(
  description: string,
  content: Readonly<Record<string, Content>>,
  headers: HeaderNames = [],
): Answer {
  return { description, headers: headersOf([...COMMON_HEADERS, ...headers]), content }
}

export function json(schema: TSchema, examples?: Examples): Readonly<Record<string, Content>> {
  return { 'application/json': { schema, ...(examples === undefined ? {} : { examples }) } }
}

/** One example of a body, by the name that a page shows. */
export function example(summary: string, value: unknown): Examples {
  return { example: { summary, value } }
}

/** An error in the one shape of all errors, with messages that it may have. */
export function errorAnswer(
  description: string,
  messages: readonly string[],
  headers: HeaderNames = [],
): Answer {
  return answer(description, json(schemaRef('Error'), errorExamples(messages)), headers)
}

export function errorExamples(messages: readonly string[]): Examples {
  return Object.fromEntries(
    messages.map((message, i) => [
      `error${i + 1}`,
      { summary: message, value: errorBody(message) },
    ]),
  )
}

export function responseRef(name: keyof typeof RESPONSES): Ref {
  return { $ref: `#/components/responses/${name}` }
}

/** The refusals of an operation that reads many sales or events. */
export const READ_REFUSALS: Readonly<Record<string, Ref>> = {
  400: responseRef('BadRequest'),
  401: responseRef('Unauthorized'),
  403: responseRef('Forbidden'),
  429: responseRef('TooManyRequests'),
  500: responseRef('InternalError'),
  503: responseRef('Unavailable'),
}

export const RESPONSES = {
  BadRequest: errorAnswer('The request is wrong, and the message says where. Mend it.', [
    'limit: must be a whole number from 1 to 200',
    'contact: is not known here. Known: status, from, to, contactId, limit, after',
    'Host: must be given once',
  ]),
  NoSuchParameter: errorAnswer('The request is wrong, and the message says where.', [
    'a: is not known here. There is no parameter',
  ]),
  Unauthorized: errorAnswer(
    'No key, or one that is unknown, expired or revoked.',
    ['Invalid or missing API key.'],
    ['WWW-Authenticate'],
  ),
  Forbidden: errorAnswer('The key lacks the scope, which the message names.', [
    'This API key may not do that: it needs the scope sales:create.',
  ]),
  NoSuchSale: errorAnswer('There is no such sale, or it is of another client.', ['No such sale.']),
  TooManyRequests: errorAnswer(
    'More requests than the key may make; or too many wrong keys from this address. Nothing was started. Ask again after Retry-After.',
    [REASONS.keyRate.message, REASONS.wrongKeys.message],
    ['Retry-After'],
  ),
  InternalError: errorAnswer('A fault of the gateway. Ask again.', [
    'Internal error.',
    'Its log cannot be read, a person has to look.',
  ]),
  Unavailable: errorAnswer(
    'Nothing was started. Ask again after Retry-After.',
    ['Temporarily unavailable, nothing was started.', REASONS.load.message],
    ['Retry-After'],
  ),
} as const satisfies Readonly<Record<string, Answer>>

/** What a request is answered with that is none of the operations, by status. */
export const OTHER_ANSWERS = {
  404: errorAnswer('There is no such path.', ['Not found.']),
  405: errorAnswer(
    'The path has no such method. The header Allow names those that it has.',
    ['This path has no such method.'],
    ['Allow!'],
  ),
  400: brokenAnswer('The request cannot be read.', 'Bad Request.'),
  408: brokenAnswer('The request did not arrive within 30 seconds.', 'Request Timeout.'),
  431: brokenAnswer(
    'The headers, with the URL, are longer than 16 KiB.',
    'Request Header Fields Too Large.',
  ),
} as const satisfies Readonly<Record<string, Answer>>

/** Bytes that are no request are answered on the bare connection, which is then closed. */
function brokenAnswer(description: string, message: string): Answer {
  const { content } = errorAnswer(description, [message])
  const headers = headersOf(['X-Request-Id', 'Cache-Control?', 'Connection'])
  return { description, headers, ...(content === undefined ? {} : { content }) }
}
