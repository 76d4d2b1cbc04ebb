// A CRM at the gateway's port: every call is answered after the same time, and nothing ever fails.

import { SAMPLE_ACCOUNT_ID } from '../../src/adapters/fake-zoho/world/sample-data.ts'
import type { Admission } from '../../src/application/crm/admission.port.ts'
import type { ContactDetails, Crm } from '../../src/application/crm/crm.port.ts'
import type { CrmAccount } from '../../src/application/crm/crm-account.port.ts'
import type { CrmId } from '../../src/domain/ids.ts'
import type { DecimalText } from '../../src/domain/money.ts'
import type { CallResult } from '../../src/domain/sale/outcome.ts'

/** One call; resolves when the CRM has answered. */
export type Call = () => Promise<void>

const MODULES = {
  deal: 'Deals',
  quote: 'Quotes',
  salesOrder: 'Sales_Orders',
  contact: 'Contacts',
  product: 'Products',
  organisation: 'org',
} as const

const ADDRESS = {
  street: '24 Kiteyol Sok.',
  city: 'Bursa',
  state: 'Nilufer',
  code: '16110',
  country: 'Turkey',
}

const CONTACT: ContactDetails = {
  accountId: SAMPLE_ACCOUNT_ID as CrmId,
  addresses: { billing: ADDRESS, shipping: ADDRESS },
  names: { accountName: 'Poligon', contactName: 'Poligon' },
}

/** Ids are as long as those of the real CRM, which counts in the size of an event. */
const FIRST_ID = 7_179_599_020_204_900_000n

/** A call of the given time in milliseconds; with 0 it is answered at once. */
export function callOf(crmMs: number): Call {
  if (crmMs === 0) return async () => undefined
  return () => new Promise((resolve) => setTimeout(resolve, crmMs))
}

/** At most `places` calls at one time; others wait for their turn, first come, first served. */
export function throughGate(places: number, call: Call): Call {
  let free = places
  // Bounded by the callers of the load: each waits for its own call.
  const waiting: (() => void)[] = []
  return async () => {
    if (free > 0) free -= 1
    else await new Promise<void>((resolve) => void waiting.push(resolve))
    await call()
    const next = waiting.shift()
    if (next === undefined) free += 1
    else next()
  }
}

export function makePortCrm(call: Call): Crm {
  let made = FIRST_ID
  const nextId = () => {
    made += 1n
    return String(made) as CrmId
  }
  return {
    modules: MODULES,
    findContact: () => after(call, () => null),
    readContact: () => after(call, () => CONTACT),
    readOrganisation: () =>
      after(call, () => ({ homeCurrency: 'EUR', hasSeveralCurrencies: false })),
    readProducts: (productIds) =>
      after(call, () =>
        productIds.map((id) => ({
          id,
          name: 'Three-phase gear motor 1.5 kW',
          unitPrice: '1250' as DecimalText,
          currency: null,
          active: true,
        })),
      ),
    createRecord: () => after(call, nextId),
    deleteRecord: () => after(call, () => undefined),
    findByReference: () => after(call, () => []),
  }
}

async function after<Value>(call: Call, value: () => Value): Promise<CallResult<Value>> {
  await call()
  return { type: 'done', value: value() }
}

/** Nothing of the CRM turns a sale away: what does is the gateway's own. */
export const OPEN: { readonly admission: Admission; readonly account: CrmAccount } = {
  admission: {
    reserveSale: () => ({ admitted: true, release() {} }),
    lookUp: () => ({ admitted: true }),
    closed: () => undefined,
  },
  account: {
    shut: () => undefined,
    lockOut: () => undefined,
    tryToEnd: async () => undefined,
    probe: async () => true,
  },
}
