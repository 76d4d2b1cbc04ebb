// The OpenAPI document of the whole API, built once.

import { getContact } from './contact-operations.ts'
import type { OpenApi, Ref } from './document-types.ts'
import { HEADERS } from './header-list.ts'
import { proveConsistency, readCheckpoint, readLog } from './log-operations.ts'
import { docs, livez, metrics, openApi, readyz, welcome } from './open-operations.ts'
import { OTHER_ANSWERS, RESPONSES } from './responses.ts'
import { createSales, listSales, showSale } from './sale-operations.ts'
import { SCHEMAS } from './schemas.ts'
import { API_KEY } from './security.ts'

/** The words that open the document: one paragraph a line. */
const DESCRIPTION = [
  'Version 1.2.0 of the API as it is published, and what is beside it: everything new is in headers and on paths of its own.',
  'Every error has the shape {"status":"error","message":"…"}, with two exceptions, which are as published: a failed sale, and an unknown e-mail. Decide by the HTTP status and by "status"; the messages are for people.',
  'A request is judged in this order: key (401), scope (403), body (415, 413, 400), Idempotency-Key (400, 422, 409), capacity (429, 503). An unknown path is 404, and a wrong method 405, for anybody. A parameter that a path does not know, or that comes twice, is 400.',
  'HEAD is answered as GET, without a body. The auditor’s pages under /audit are for a browser and not described here.',
].join('\n\n')

/** Without the one that only `x-other-requests` has, where no reader of OpenAPI looks for a use. */
const { Allow: _, ...SHARED_HEADERS } = HEADERS

export const OPENAPI: OpenApi = {
  openapi: '3.1.1',
  info: {
    title: 'PLG sales gateway',
    version: '1.2.0',
    summary: 'A contact look-up and an all-or-nothing sale in Zoho CRM.',
    description: DESCRIPTION,
  },
  servers: [{ url: '/', description: 'The gateway that serves this document.' }],
  tags: [
    { name: 'Contacts', description: 'A contact of the CRM.' },
    { name: 'Sales', description: 'A Deal, a Quote and a Sales Order: all of them, or none.' },
    { name: 'Log', description: 'All that happened, for an auditor.' },
    { name: 'Service', description: 'The gateway itself. No key.' },
  ],
  paths: {
    '/getContact': { get: getContact },
    '/createSales': { post: createSales },
    '/sales': { get: listSales },
    '/sales/{saleId}': { get: showSale },
    '/log': { get: readLog },
    '/log/checkpoint': { get: readCheckpoint },
    '/log/consistency': { get: proveConsistency },
    '/': { get: welcome },
    '/livez': { get: livez },
    '/readyz': { get: readyz },
    '/metrics': { get: metrics },
    '/openapi.json': { get: openApi },
    '/docs': { get: docs },
  },
  'x-other-requests': OTHER_ANSWERS,
  components: {
    securitySchemes: { apiKey: API_KEY },
    schemas: SCHEMAS,
    headers: SHARED_HEADERS,
    responses: RESPONSES,
  },
}

/** What a part of the document means: itself, or where it points. */
export function resolved<Part extends object>(part: Part | Ref): Part {
  if (!('$ref' in part)) return part
  let found: unknown = OPENAPI
  for (const name of part.$ref.split('/').slice(1)) {
    found = (found as Readonly<Record<string, unknown>>)[name]
  }
  return found as Part
}

/** The document as it is served, and as it lies in the repository. */
export const OPENAPI_TEXT = `${JSON.stringify(OPENAPI, null, 2)}\n`
