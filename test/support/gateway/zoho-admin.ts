import { type FakeZoho, fetchOf } from '../../../src/adapters/fake-zoho/fake-zoho.ts'
import { zohoNeeds } from '../../../src/adapters/zoho/admin/zoho-admin-needs.ts'
import type { ZohoFetch } from '../../../src/adapters/zoho/exchange/zoho-config.ts'
import type { Clock } from '../../../src/application/base/clock.port.ts'
import type { Crm } from '../../../src/application/crm/crm.port.ts'
import type { CrmAdmin, CrmNeeds } from '../../../src/application/crm-setup/crm-admin.port.ts'
import { connectZoho } from '../../../src/infrastructure/service/connect-zoho.ts'
import { makeSystemClock } from '../../../src/infrastructure/system/system-clock.ts'
import { makeSystemRandom } from '../../../src/infrastructure/system/system-random.ts'
import { makeFake } from '../examples/left-sale.ts'
import { MemoryTokenStore } from '../fakes/memory-token-store.ts'
import { quickConfig } from './test-service.ts'

/** Production's client and its administration, over the fake as a function. */
export type AdminAtFake = {
  readonly fake: FakeZoho
  readonly crm: Crm
  readonly admin: CrmAdmin
  readonly needs: CrmNeeds
  readonly requestTimeoutMs: number
  readonly closingDays: number
}

export function adminAtFake(
  settings: Readonly<Record<string, string>> = {},
  given: { readonly fake?: FakeZoho; readonly fetch?: ZohoFetch } = {},
): AdminAtFake {
  const config = quickConfig(settings)
  const fake = given.fake ?? makeFake()
  const { crm, admin } = connectZoho({
    config,
    clock: makeSystemClock(),
    random: makeSystemRandom(),
    tokenStore: new MemoryTokenStore(),
    fetch: given.fetch ?? fetchOf(fake),
  })
  const { requestTimeoutMs } = config
  const { closingDays } = config.policy
  return { fake, crm, admin, needs: zohoNeeds(config.zoho), requestTimeoutMs, closingDays }
}

/** A clock whose waits are over at once. */
export function hastyClock(): Clock {
  return { ...makeSystemClock(), sleep: async () => undefined }
}
