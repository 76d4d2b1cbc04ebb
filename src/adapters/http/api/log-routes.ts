// The routes that read sales and the log as JSON.

import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import {
  publicHistoryJson,
  publicLineJson,
  publicSaleJson,
} from '../../../application/log/public-json.ts'
import type { SaleReader } from '../../../application/log/sale-reader.port.ts'
import { PUBLIC_STATUSES } from '../../../application/log/sale-summary.ts'
import { parseCrmId, parseSaleId } from '../../../domain/ids.ts'
import { callerOf, mayUse } from '../request/auth.ts'
import {
  askedFor,
  badParameter,
  integerParameter,
  parameter,
  timeParameter,
} from '../request/query.ts'

export const SALES_LIMIT = { min: 1, max: 200, otherwise: 50 } as const
export const EVENTS_LIMIT = { min: 1, max: 1_000, otherwise: 100 } as const
const SALES_QUERY = ['status', 'from', 'to', 'contactId', 'limit', 'after'] as const
export const POSITION = { min: 0, max: Number.MAX_SAFE_INTEGER, otherwise: 0 } as const
/** What `next` of a page may be. */
export const CURSOR = /^[1-9]\d{0,14}$/

type Options = { readonly saleReader: SaleReader }

/** The log as programs read it: a client its own sales, an auditor everybody's. */
export const logRoutes: FastifyPluginAsync<Options> = async (app, { saleReader }) => {
  const access = ['sales:read', 'audit:read'] as const

  const { preValidation } = salesAskedFor
  const ofSales = { config: { access, query: SALES_QUERY }, preValidation } as const
  app.get('/sales', ofSales, async (request) => {
    const client = clientSeen(request)
    const { sales, next } = await saleReader.list({ client, ...salesAskedFor.of(request) })
    return { sales: sales.map(publicSaleJson), next }
  })

  app.get<{ Params: { saleId: string } }>(
    '/sales/:saleId',
    { config: { access } },
    async (request) => {
      const saleId = parseSaleId(request.params.saleId)
      const sale = saleId && (await saleReader.show(saleId, clientSeen(request)))
      if (sale === undefined) throw app.httpErrors.notFound('No such sale.')
      return publicHistoryJson(sale)
    },
  )

  const config = { access: ['audit:read'], query: ['after', 'limit'] } as const
  const ofTheLog = { config, preValidation: eventsAskedFor.preValidation }
  app.get('/log', ofTheLog, async (request, reply) => {
    const { after, limit } = eventsAskedFor.of(request)
    const events = await saleReader.events(after, limit)
    const lines = events.map((event) => `${JSON.stringify(publicLineJson(event))}\n`)
    return reply.type('application/x-ndjson').send(lines.join(''))
  })
}

const salesAskedFor = askedFor((request) => ({
  status: statusParameter(request),
  contactId: contactParameter(request),
  from: timeParameter(request, 'from'),
  to: timeParameter(request, 'to'),
  after: cursorParameter(request),
  limit: integerParameter(request, 'limit', SALES_LIMIT),
}))

const eventsAskedFor = askedFor((request) => ({
  after: integerParameter(request, 'after', POSITION),
  limit: integerParameter(request, 'limit', EVENTS_LIMIT),
}))

/** Whose sales the caller sees: its own client's, or with `audit:read` everybody's. */
function clientSeen(request: FastifyRequest): string | undefined {
  const key = callerOf(request)
  return mayUse(key, 'audit:read') ? undefined : key.client
}

function statusParameter(request: FastifyRequest) {
  const text = parameter(request, 'status')
  const status = PUBLIC_STATUSES.find((known) => known === text)
  if (text !== undefined && status === undefined) {
    throw badParameter(request, 'status', `must be one of ${PUBLIC_STATUSES.join(', ')}`)
  }
  return status
}

function contactParameter(request: FastifyRequest) {
  const text = parameter(request, 'contactId')
  const contactId = parseCrmId(text)
  if (text !== undefined && contactId === undefined) {
    throw badParameter(request, 'contactId', 'must be 1 to 20 digits')
  }
  return contactId
}

function cursorParameter(request: FastifyRequest) {
  const text = parameter(request, 'after')
  if (text !== undefined && !CURSOR.test(text)) {
    throw badParameter(request, 'after', 'must be the "next" of a page before')
  }
  return text
}
