// What the adapter has to know of the Zoho account, and of the platform's `fetch`.

import type { HouseFields } from '../house/house-fields.ts'

/**
 * The platform's `fetch`, as far as it is used. It is a parameter so that the fake can replace it.
 */
export type ZohoFetch = (url: string, init: RequestInit) => Promise<Response>

export type ZohoConfig = {
  /** Where tokens are refreshed; for example `https://accounts.zoho.eu`. */
  readonly accountsUrl: string
  /** Where the CRM is; for example `https://www.zohoapis.eu`: the data centre is part of it. */
  readonly apiUrl: string
  readonly clientId: string
  readonly clientSecret: string
  readonly refreshToken: string
  /** API name of the unique text field on Deals, Quotes and Sales_Orders. */
  readonly referenceField: string
  /** Calls in flight at most, all sales together. */
  readonly maxConcurrency: number
  readonly recordSettings: RecordSettings
}

/** Values of created records that are the same for every sale. */
export type RecordSettings = {
  readonly dealStage: string
  readonly dealPipeline: string | undefined
  readonly quoteStage: string
  readonly salesOrderStatus: string
  /** The automations a create may start in the CRM: `undefined` leaves it to Zoho, `[]` is none. */
  readonly trigger: readonly string[] | undefined
  /** What the organisation adds to each record. */
  readonly houseFields: HouseFields
}
