// The gateway with the CRM at its port: all of it is as in production, but no call leaves the process.

import process from 'node:process'
import { makeServer } from '../../src/adapters/http/server.ts'
import { makeTurnWork } from '../../src/infrastructure/system/turn-work.ts'
import { configFrom, openGateway } from './gateway-over.ts'
import { callOf, throughGate } from './port-crm.ts'
import { ended, given, serving } from './protocol.ts'

const { crmMs } = given()
/** Calls in flight at most; 0 is without a limit. */
const gate = Number(process.env['GATE'] ?? '0')
/** Milliseconds that every write takes longer than it does. */
const commitMs = Number(process.env['COMMIT_MS'] ?? '0')
const call = gate === 0 ? callOf(crmMs) : throughGate(gate, callOf(crmMs))

const { config, service, key, close } = await openGateway(configFrom(process.env), call, commitMs)
const server = await makeServer({
  ...service,
  loop: { afterComers: (then) => then(), turnWorkMs: makeTurnWork() },
})
await service.start(() => server.listen({ host: config.host, port: config.port }))
serving(server.server.address(), { 'x-api-key': key })
await ended()
await service.stop(() => server.close())
await close()
process.exit(0)
