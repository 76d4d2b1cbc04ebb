// The description of the operations that read the whole event log, and prove that it only grows.

import { Type } from 'typebox'
import { SIZE } from '../api/log-proof-routes.ts'
import { EVENTS_LIMIT, POSITION } from '../api/log-routes.ts'
import type { Operation, Parameter } from './document-types.ts'
import { answer, errorAnswer, json, READ_REFUSALS, responseRef } from './responses.ts'
import { schemaRef } from './schemas.ts'
import { keyWith } from './security.ts'

export const readLog: Operation = {
  operationId: 'readLog',
  summary: 'Read the event log',
  description: 'All events of all sales and of the service, oldest first.',
  tags: ['Log'],
  security: keyWith('audit:read'),
  parameters: [
    {
      name: 'after',
      in: 'query',
      description: 'The position of the last event that you have.',
      required: false,
      schema: Type.Integer({
        minimum: POSITION.min,
        maximum: POSITION.max,
        default: POSITION.otherwise,
      }),
    },
    {
      name: 'limit',
      in: 'query',
      description: 'The most events that one answer has.',
      required: false,
      schema: Type.Integer({
        minimum: EVENTS_LIMIT.min,
        maximum: EVENTS_LIMIT.max,
        default: EVENTS_LIMIT.otherwise,
      }),
    },
  ],
  responses: {
    200: answer('Each line is one event; no line where there is none after it.', {
      'application/x-ndjson': {
        schema: Type.String({
          contentMediaType: 'application/json',
          contentSchema: schemaRef('LogLine'),
          description: 'Lines, each a LogLine.',
        }),
      },
    }),
    ...READ_REFUSALS,
  },
}

export const readCheckpoint: Operation = {
  operationId: 'readCheckpoint',
  summary: 'Read the newest signed checkpoint',
  description:
    'The size and the root of the log, signed: a note as C2SP tlog-checkpoint describes it. Keep it, and the log cannot be changed unseen.',
  tags: ['Log'],
  security: keyWith('audit:read'),
  responses: {
    200: answer(
      'The checkpoint.',
      { 'text/plain': { schema: Type.String({ pattern: '^[^\\n]+\\n\\d+\\n' }) } },
      ['Log-Key'],
    ),
    ...READ_REFUSALS,
    400: responseRef('NoSuchParameter'),
    404: errorAnswer('There is none yet.', ['There is no checkpoint yet.']),
  },
}

const size = (name: 'from' | 'to', description: string): Parameter => ({
  name,
  in: 'query',
  description,
  required: true,
  schema: Type.Integer({ minimum: SIZE.min, maximum: SIZE.max }),
})

export const proveConsistency: Operation = {
  operationId: 'proveConsistency',
  summary: 'Prove that a later log continues an earlier one',
  description: 'A proof of consistency between two sizes of the log, by RFC 6962.',
  tags: ['Log'],
  security: keyWith('audit:read'),
  parameters: [
    size('from', 'The smaller size, of a checkpoint that you have kept.'),
    size('to', 'The larger one; at most the size of the log.'),
  ],
  responses: { 200: answer('The proof.', json(schemaRef('Consistency'))), ...READ_REFUSALS },
}
