import { RECORD_MODULES } from '../../../application/log/crm-call.ts'
import type { CreateStep } from '../../../domain/sale/steps.ts'

/** The platform's `fetch`, as far as it is used. Handed in, so that the fake can stand in for it. */
export type ZohoFetch = (url: string, init: RequestInit) => Promise<Response>

export type ZohoConfig = {
  /** Where tokens are refreshed, for example `https://accounts.zoho.eu`. */
  readonly accountsUrl: string
  /** Where the CRM is, for example `https://www.zohoapis.eu`: the data centre is part of it. */
  readonly apiUrl: string
  readonly clientId: string
  readonly clientSecret: string
  readonly refreshToken: string
  /** API name of the unique text field on Deals, Quotes and Sales_Orders. */
  readonly referenceField: string
  /** Calls in flight, all sales together. */
  readonly maxConcurrency: number
  readonly terms: RecordTerms
}

/** What created records say that no sale decides. */
export type RecordTerms = {
  readonly dealStage: string
  readonly dealPipeline: string | undefined
  readonly quoteStage: string
  readonly salesOrderStatus: string
  /** What a create may set off in the CRM; `undefined` leaves it to Zoho, `[]` is nothing. */
  readonly trigger: readonly string[] | undefined
}

export type ZohoModule = 'Contacts' | 'Products' | 'Deals' | 'Quotes' | 'Sales_Orders'

export const MODULE_OF: Readonly<Record<CreateStep, ZohoModule>> = RECORD_MODULES
