// The route POST /createSales.

import type { FastifyPluginAsync, FastifyReply, RawServerDefault } from 'fastify'
import type { CreateSale, CreateSaleResult } from '../../../application/sale/create-sale.ts'
import { assertNever } from '../../../domain/assert-never.ts'
import type { CrmId } from '../../../domain/ids.ts'
import type { SaleAnswer } from '../../../domain/sale/answer.ts'
import { actorOf } from '../request/auth.ts'
import { cutOff, errorBody, RETRY_AFTER_S, retryAfterSeconds } from '../request/errors.ts'
import type { TypeBoxTypeProvider } from '../request/type-provider.ts'
import { CreateSalesBody } from './create-sales-schema.ts'
import { readIdempotencyKey } from './idempotency-key.ts'

type Options = { readonly createSale: CreateSale }

const TURNED_AWAY = {
  draining: 'The service is stopping, nothing was started.',
  busy: 'Too much in flight, nothing was started.',
  storage: 'The service cannot record a sale at the moment, nothing was started.',
  crm: 'The CRM cannot take a sale at the moment, nothing was started.',
} as const

/** Translates HTTP to one use case, and its result back. It decides nothing. */
export const createSalesRoutes: FastifyPluginAsync<
  Options,
  RawServerDefault,
  TypeBoxTypeProvider
> = async (app, { createSale }) => {
  app.post(
    '/createSales',
    { config: { access: ['sales:create'] }, schema: { body: CreateSalesBody } },
    async (request, reply) => {
      const header = readIdempotencyKey(request.headers['idempotency-key'])
      if (header.type === 'malformed') {
        const message = 'Idempotency-Key: must be 1 to 255 visible ASCII characters'
        return reply.code(400).send(errorBody(message))
      }
      // The schema let only digits pass, so that these casts are true.
      const result = await createSale({
        contactId: request.body.contactId as CrmId,
        products: request.body.products.map(({ productId, quantity }) => ({
          productId: productId as CrmId,
          quantity,
        })),
        idempotencyKey: header.type === 'given' ? header.key : undefined,
        actor: actorOf(request),
      })
      if ('saleId' in result) reply.header('sale-id', result.saleId)
      return send(reply, result)
    },
  )
}

function send(reply: FastifyReply, result: CreateSaleResult): FastifyReply {
  switch (result.type) {
    case 'answered':
      return sendAnswer(reply, result.answer)
    case 'replayed':
      return sendAnswer(reply.header('idempotent-replayed', 'true'), result.answer)
    case 'stillRunning':
      return reply
        .code(409)
        .header('retry-after', RETRY_AFTER_S)
        .send(errorBody('Idempotency-Key: its sale is still running'))
    case 'unreadable':
      // Not 500, which means that the sale failed; not 503, which means that there is none.
      return reply
        .code(409)
        .header('retry-after', RETRY_AFTER_S)
        .send(errorBody('Idempotency-Key: its sale cannot be read, a person has to look'))
    case 'keyReused':
      return reply.code(422).send(errorBody('Idempotency-Key: was used with another body'))
    case 'turnedAway':
      reply.log.warn({ why: result.why, reason: result.reason }, 'sale turned away')
      return reply
        .code(503)
        .header('retry-after', retryAfterSeconds(result.retryAfterMs))
        .send(errorBody(TURNED_AWAY[result.why]))
    case 'silent':
      reply.log.error({ err: result.cause, saleId: result.saleId }, 'sale left unanswered')
      return cutOff(reply)
    default:
      return assertNever(result)
  }
}

function sendAnswer(reply: FastifyReply, answer: SaleAnswer): FastifyReply {
  return answer === 'succeeded'
    ? reply.send({ status: 'success', message: 'Success.' })
    : reply.code(500).send({ status: 'failed', message: 'Failed.' })
}
