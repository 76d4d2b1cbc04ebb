// The description of the operations that need no key.

import { Type } from 'typebox'
import { PAGE_HEADERS } from '../audit/frame/page-protection.ts'
import { errorBody } from '../request/errors.ts'
import type { Operation } from './document-types.ts'
import { answer, errorAnswer, example, json, responseRef } from './responses.ts'
import { schemaRef } from './schemas.ts'
import { NO_KEY } from './security.ts'

export const welcome: Operation = {
  operationId: 'welcome',
  summary: 'What this is, and where to go',
  description: 'For a person who has the address and nothing else.',
  tags: ['Service'],
  security: NO_KEY,
  responses: {
    200: answer('What this is.', json(schemaRef('Welcome'))),
    400: responseRef('NoSuchParameter'),
  },
}

export const livez: Operation = {
  operationId: 'livez',
  summary: 'Whether the process is alive',
  description: 'It looks at nothing else.',
  tags: ['Service'],
  security: NO_KEY,
  responses: {
    200: answer('Alive.', json(schemaRef('Alive'), example('Alive', { status: 'ok' }))),
    400: responseRef('NoSuchParameter'),
  },
}

export const readyz: Operation = {
  operationId: 'readyz',
  summary: 'Whether the service takes sales',
  description: 'Also while the CRM is away it may be ready: a sale is then answered by 503.',
  tags: ['Service'],
  security: NO_KEY,
  parameters: [
    {
      name: 'verbose',
      in: 'query',
      description: 'With any value, or none: the answer also has the mails that wait.',
      required: false,
      schema: Type.String(),
    },
  ],
  responses: {
    200: answer('Ready.', json(schemaRef('Ready'), example('Ready', { status: 'ok' }))),
    400: responseRef('NoSuchParameter'),
    500: responseRef('InternalError'),
    503: answer(
      'Not ready, and the message says why.',
      json(schemaRef('NotReady'), example('It stops', errorBody('The service is stopping.'))),
      ['Retry-After'],
    ),
  },
}

export const metrics: Operation = {
  operationId: 'metrics',
  summary: 'Figures for Prometheus',
  description:
    'For a Prometheus on the same machine: any other caller, and one behind a proxy, is answered 404. ' +
    'Where METRICS_PORT is set, the figures are on that port, and this path is not here.',
  tags: ['Service'],
  security: NO_KEY,
  responses: {
    200: answer('The figures.', {
      'text/plain': { schema: Type.String({ pattern: '^# HELP ' }) },
    }),
    400: responseRef('NoSuchParameter'),
    404: errorAnswer('You are not on this machine.', ['Not found.']),
    500: responseRef('InternalError'),
  },
}

export const openApi: Operation = {
  operationId: 'openApi',
  summary: 'This document',
  description: 'OpenAPI 3.1, for programs.',
  tags: ['Service'],
  security: NO_KEY,
  responses: {
    200: answer('This document.', json(Type.Object({ openapi: Type.Literal('3.1.1') }))),
    400: responseRef('NoSuchParameter'),
  },
}

export const docs: Operation = {
  operationId: 'docs',
  summary: 'This document as a page',
  description: 'For a person. It loads nothing from elsewhere.',
  tags: ['Service'],
  security: NO_KEY,
  responses: {
    200: answer(
      'The page.',
      { 'text/html': { schema: Type.String() } },
      Object.keys(PAGE_HEADERS) as (keyof typeof PAGE_HEADERS)[],
    ),
    400: responseRef('NoSuchParameter'),
  },
}
