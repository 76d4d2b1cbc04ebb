// The route GET /, for a person who has the address and nothing else.

import type { FastifyPluginAsync } from 'fastify'
import { sendText } from '../request/errors.ts'

const WELCOME = JSON.stringify({
  service: 'PLG sales gateway',
  what: 'Reads contacts of Zoho CRM, and makes a whole sale in it, or none.',
  key: 'Each call but those under open and docs needs a key in the header x-api-key. An operator makes it: gateway keys create --help',
  docs: ['GET /docs', 'GET /openapi.json'],
  open: ['GET /livez', 'GET /readyz'],
  calls: ['GET /getContact?email=', 'POST /createSales', 'GET /sales', 'GET /sales/{saleId}'],
  auditors: '/audit',
})

export const frontDoor: FastifyPluginAsync = async (app) => {
  app.get('/', { config: { access: 'public' } }, async (_request, reply) =>
    sendText(reply, WELCOME),
  )
}
