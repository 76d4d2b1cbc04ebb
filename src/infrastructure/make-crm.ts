import { fetchOf, makeFakeZoho } from '../adapters/fake-zoho/fake-zoho.ts'
import { makeZohoCrm } from '../adapters/zoho/zoho-crm.ts'
import type { Clock } from '../application/ports/clock.ts'
import type { Crm } from '../application/ports/crm.ts'
import type { Config } from './config.ts'

/** The production client in either case: over the network, or over the fake as a function. */
export function makeCrm(config: Config, clock: Clock): Crm {
  if (config.crm === 'zoho') {
    return makeZohoCrm({ config: config.zoho, fetch, clock })
  }
  const fake = makeFakeZoho({
    now: clock.now,
    sleep: clock.sleep,
    referenceField: config.zoho.referenceField,
    latencyMs: 0,
  })
  return makeZohoCrm({ config: config.zoho, fetch: fetchOf(fake), clock })
}
