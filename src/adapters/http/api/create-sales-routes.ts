// The route POST /createSales.

import type { FastifyPluginAsync, FastifyReply, RawServerDefault } from 'fastify'
import type { CreateSale, CreateSaleResult } from '../../../application/sale/create-sale.ts'
import { assertNever } from '../../../domain/assert-never.ts'
import type { CrmId } from '../../../domain/ids.ts'
import type { SaleAnswer } from '../../../domain/sale/answer.ts'
import { actorOf } from '../request/auth.ts'
import { cutOff, errorBody, RETRY_AFTER_S, sendError, sendText } from '../request/errors.ts'
import { traceIdOf } from '../request/trace-id.ts'
import { TurnedAway } from '../request/turned-away.ts'
import type { TypeBoxTypeProvider } from '../request/type-provider.ts'
import { CreateSalesBody } from './create-sales-schema.ts'
import { readIdempotencyKey } from './idempotency-key.ts'

type Options = { readonly createSale: CreateSale }

const SUCCEEDED = JSON.stringify({ status: 'success', message: 'Success.' })
const FAILED = JSON.stringify({ status: 'failed', message: 'Failed.' })

const STILL_RUNNING = errorText('Idempotency-Key: its sale is still running')
const UNREADABLE = errorText('Idempotency-Key: its sale cannot be read, a person has to look')
const KEY_REUSED = errorText('Idempotency-Key: was used with another body')
const KEY_MALFORMED = errorText('Idempotency-Key: must be 1 to 255 visible ASCII characters')

/** Translates HTTP to one use case, and its result back. It decides nothing. */
export const createSalesRoutes: FastifyPluginAsync<
  Options,
  RawServerDefault,
  TypeBoxTypeProvider
> = async (app, { createSale }) => {
  app.post(
    '/createSales',
    {
      config: { access: ['sales:create'], countsItself: true },
      schema: { body: CreateSalesBody },
    },
    async (request, reply) => {
      const header = readIdempotencyKey(request.headers['idempotency-key'])
      if (header.type === 'malformed') return sendText(reply.code(400), KEY_MALFORMED)
      // The schema let only digits pass, so that these casts are true.
      const result = await createSale({
        contactId: request.body.contactId as CrmId,
        products: request.body.products.map(({ productId, quantity }) => ({
          productId: productId as CrmId,
          quantity,
        })),
        idempotencyKey: header.type === 'given' ? header.key : undefined,
        actor: actorOf(request),
        traceId: traceIdOf(request),
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
      return sendText(reply.code(409).header('retry-after', RETRY_AFTER_S), STILL_RUNNING)
    case 'unreadable':
      // Not 500, which means that the sale failed; not 503, which means that there is none.
      return sendText(reply.code(409).header('retry-after', RETRY_AFTER_S), UNREADABLE)
    case 'keyReused':
      return sendText(reply.code(422), KEY_REUSED)
    case 'turnedAway':
      // A client that asks too often is no trouble of ours.
      if (result.why !== 'keyRate') {
        reply.log.warn({ why: result.why, reason: result.reason }, 'sale turned away')
      }
      return sendError(new TurnedAway(result.why, result.retryAfterMs), reply.request, reply)
    case 'silent':
      reply.log.error({ err: result.cause, saleId: result.saleId }, 'sale left unanswered')
      return cutOff(reply)
    default:
      return assertNever(result)
  }
}

function sendAnswer(reply: FastifyReply, answer: SaleAnswer): FastifyReply {
  if (answer.type === 'succeeded') return sendText(reply, SUCCEEDED)
  return sendText(reply.code(500).header('sale-failure', answer.step), FAILED)
}

function errorText(message: string): string {
  return JSON.stringify(errorBody(message))
}
