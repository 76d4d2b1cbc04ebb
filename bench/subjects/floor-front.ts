// The floor of the HTTP front: the same server, key and validation, and the CRM's calls, but no event.

import process from 'node:process'
import { makeServer } from '../../src/adapters/http/server.ts'
import type { SaleId } from '../../src/domain/ids.ts'
import { makeSystemRandom } from '../../src/infrastructure/system/system-random.ts'
import { configFrom, openGateway } from './gateway-over.ts'
import { callOf } from './port-crm.ts'
import { ended, given, serving } from './protocol.ts'

/** Calls of a sale, one after the other: what it reads, and three creates. */
const ROUND_TRIPS = 4

const { crmMs } = given()
const call = callOf(crmMs)
const random = makeSystemRandom()
const { config, service, key, close } = await openGateway(configFrom(process.env), call)
const known = await service.authenticate(key, null)
const server = await makeServer({
  ...service,
  authenticate: async (shown) => (shown === key ? known : { type: 'refused' }),
  async createSale() {
    const saleId: SaleId = random.saleId()
    for (let trip = 0; trip < ROUND_TRIPS; trip += 1) await call()
    return { type: 'answered', saleId, answer: { type: 'succeeded' } }
  },
})
await server.listen({ host: config.host, port: config.port })
serving(server.server.address(), { 'x-api-key': key })
await ended()
await server.close()
await close()
process.exit(0)
