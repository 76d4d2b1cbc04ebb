// The routes of the OpenAPI document, and of the page that is made of it.

import { Buffer } from 'node:buffer'
import type { FastifyPluginAsync } from 'fastify'
import { PAGE_HEADERS } from '../audit/frame/page-protection.ts'
import { OPENAPI_TEXT } from '../openapi/document.ts'
import { docsPage } from './docs-page.ts'

const DOCUMENT = Buffer.from(OPENAPI_TEXT)
const PAGE = Buffer.from(docsPage())

export const docsRoutes: FastifyPluginAsync = async (app) => {
  const open = { config: { access: 'public' } } as const
  app.get('/openapi.json', open, async (_request, reply) =>
    reply.type('application/json; charset=utf-8').send(DOCUMENT),
  )

  app.get('/docs', open, async (_request, reply) =>
    reply.headers(PAGE_HEADERS).type('text/html; charset=utf-8').send(PAGE),
  )
}
