// Sends a page to a person, and says who may ask for one.

import type { FastifyReply, FastifyRequest } from 'fastify'
import type { PageReader } from './reader.ts'

/** A browser asks an auditor for the key. */
export const AUDITOR = { config: { access: ['audit:read'], keyAsPassword: true } } as const

export function wantsHtml({ headers }: FastifyRequest): boolean {
  return headers.accept?.includes('text/html') ?? false
}

export function sendPage(reply: FastifyReply, { words }: PageReader, text: string): FastifyReply {
  return reply
    .type('text/html; charset=utf-8')
    .header('content-language', words.language)
    .header('vary', 'Accept-Language, Cookie')
    .send(text)
}
