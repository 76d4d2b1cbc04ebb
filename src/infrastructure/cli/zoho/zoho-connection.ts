// The connection of a command to Zoho.

import { existsSync } from 'node:fs'
import { zohoNeeds } from '../../../adapters/zoho/admin/zoho-admin-needs.ts'
import type { Zoho } from '../../../adapters/zoho/zoho.ts'
import type { Clock } from '../../../application/base/clock.port.ts'
import type { Random } from '../../../application/base/random.port.ts'
import type { TokenStore } from '../../../application/crm/token-store.port.ts'
import type { CrmNeeds } from '../../../application/crm-setup/crm-admin.port.ts'
import type { Config } from '../../config/config.ts'
import { connectZoho, NO_TOKEN_STORE, transportOf } from '../../service/connect-zoho.ts'
import type { Store } from '../../service/open-store.ts'
import { requireSameCrm } from '../../service/same-crm.ts'
import { makeSystemClock } from '../../system/system-clock.ts'
import { makeSystemRandom } from '../../system/system-random.ts'
import { commandConfig, withStore } from '../terminal/command-config.ts'

/** Zoho and the settings, as a command needs them. */
export type ZohoConnection = Pick<Zoho, 'crm' | 'admin'> & {
  readonly needs: CrmNeeds
  readonly clock: Clock
  readonly random: Random
  readonly requestTimeoutMs: number
  readonly closingDays: number
}

/** The same with the log of the gateway. */
export type ZohoAndLog = ZohoConnection & { readonly store: Store }

/**
 * Connects for the time of one command in the same way as the service, and with its token where it
 * has one: before the first start there is no database.
 */
export async function withZoho<T>(work: (connection: ZohoConnection) => Promise<T>): Promise<T> {
  const { database } = commandConfig()
  const isThere = database.type === 'postgres' || existsSync(database.path)
  if (isThere) return withZohoAndLog(work)
  return work(await connectWith(NO_TOKEN_STORE))
}

/** Connects for the time of one command, with the token and the log of the service. */
export function withZohoAndLog<T>(work: (connection: ZohoAndLog) => Promise<T>): Promise<T> {
  return withStore(async (store) => {
    await requireSameCrm(store.crmMark, commandConfig())
    return work({ ...(await connectWith(store.token)), store })
  })
}

async function connectWith(tokenStore: TokenStore): Promise<ZohoConnection> {
  const config = untriggered(commandConfig())
  const clock = makeSystemClock()
  const random = makeSystemRandom()
  const fetch = await transportOf(config, clock)
  const { crm, admin } = connectZoho({ config, clock, random, tokenStore, fetch })
  const needs = zohoNeeds(config.zoho)
  const { requestTimeoutMs } = config
  const { closingDays } = config.policy
  return { crm, admin, needs, clock, random, requestTimeoutMs, closingDays }
}

/** Names the CRM that a command asks, for a person: a check of the fake proves nothing about Zoho. */
export function askedCrm({ crm, zoho }: Config): string {
  if (crm === 'fake') return 'Asking a fake Zoho in memory (CRM=fake).'
  const { host } = new URL(zoho.apiUrl)
  return `Asking Zoho at ${host}, with a token of ${new URL(zoho.accountsUrl).host}.`
}

/** The same settings without triggers: a test record must not start workflows or mails in Zoho. */
function untriggered(config: Config): Config {
  const recordSettings = { ...config.zoho.recordSettings, trigger: [] }
  return { ...config, zoho: { ...config.zoho, recordSettings } }
}
