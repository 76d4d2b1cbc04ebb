// A connection to Zoho for a command that opens no database.
import { zohoNeeds } from '../../../../adapters/zoho/admin/zoho-admin-needs.ts'
import type { Config } from '../../../config/config.ts'
import { connectZoho, NO_TOKEN_STORE, transportOf } from '../../../service/connect-zoho.ts'
import { makeSystemClock } from '../../../system/system-clock.ts'
import { makeSystemRandom } from '../../../system/system-random.ts'

/** The same client as the service's, with a token of its own. */
export async function storelessZoho(config: Config) {
  const clock = makeSystemClock()
  const random = makeSystemRandom()
  const fetch = await transportOf(config, clock)
  const { crm, admin } = connectZoho({ config, clock, random, tokenStore: NO_TOKEN_STORE, fetch })
  const { requestTimeoutMs } = config
  const { closingDays } = config.policy
  return {
    ...{ crm, admin, clock, random, fetch, requestTimeoutMs, closingDays },
    needs: zohoNeeds(config.zoho),
    tokenStore: NO_TOKEN_STORE,
  }
}
