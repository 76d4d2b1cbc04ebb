// Reads a JSON body: UTF-8 as it is, each member once.

import type { FastifyInstance, FastifyRequest } from 'fastify'
import { repeatedMembers } from './repeated-members.ts'

/** The names of UTF-8 in a Content-Type. Source: WHATWG Encoding, Names and labels. */
const UTF_8 = ['utf-8', 'utf8']

/** Takes JSON bodies only, and refuses one that another reader could read otherwise. */
export function readJsonBodies(app: FastifyInstance): void {
  // The schema refuses `__proto__` and `constructor` as it does any unknown member, and names them.
  const parse = app.getDefaultJsonParser('ignore', 'ignore')
  app.removeContentTypeParser(['application/json', 'text/plain'])
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'string' },
    (request, text: string, done) => {
      void parse(request, text, (error, body) => {
        const [...repeated] = error === null ? repeatedMembers(text) : []
        if (repeated.length === 0) return done(error, body)
        const mistakes = repeated.map((name) => `${name}: stands more than once`)
        done(app.httpErrors.badRequest(mistakes.join('; ')))
      })
    },
  )
  app.addHook('preParsing', (request, _reply, payload, done) => {
    const refusal = unreadable(request)
    done(refusal === undefined ? null : app.httpErrors.unsupportedMediaType(refusal), payload)
  })
}

/** Why the bytes of this body are not read as they are; `undefined` where they are. */
function unreadable({ headers, method, is404 }: FastifyRequest): string | undefined {
  if (method !== 'POST' || is404) return undefined
  if (headers['content-encoding'] !== undefined) {
    return 'Content-Encoding: must not be given, a body is taken as it is'
  }
  const charset = charsetOf(headers['content-type'] ?? '')
  if (charset === undefined || UTF_8.includes(charset)) return undefined
  return 'Content-Type: its charset must be utf-8'
}

/** The parameter `charset` in small letters, without quotes. Source: RFC 9110, 8.3.1. */
function charsetOf(contentType: string): string | undefined {
  for (const parameter of contentType.split(';').slice(1)) {
    const [name = '', value = ''] = parameter.split('=', 2).map((part) => part.trim())
    if (name.toLowerCase() === 'charset') return value.replaceAll('"', '').toLowerCase()
  }
  return undefined
}
