// The ids of sales and of records in the CRM.
import type { Brand } from './brand.ts'

/** A UUIDv7 in lower case. Never a counter: it must not recur in another database or gateway. */
export type SaleId = Brand<string, 'SaleId'>

/** 1 to 20 digits, as text: Zoho's ids are longer than a JavaScript number is exact. */
export type CrmId = Brand<string, 'CrmId'>

export const SALE_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
export const CRM_ID = /^[0-9]{1,20}$/

/** Returns `undefined` for text that is not a UUIDv7 in lower case. */
export function parseSaleId(text: string): SaleId | undefined {
  return SALE_ID.test(text) ? (text as SaleId) : undefined
}

/** Returns `undefined` for anything but a string of 1 to 20 digits. */
export function parseCrmId(value: unknown): CrmId | undefined {
  return typeof value === 'string' && CRM_ID.test(value) ? (value as CrmId) : undefined
}
