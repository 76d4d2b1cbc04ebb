// The reference that each record of a sale carries in the CRM.
import { parseSaleId, type SaleId } from '../ids.ts'
import { CREATE_STEPS, type CreateStep } from './steps.ts'

/**
 * The value of the CRM's unique field: `<sale id>:<step>`. It is the same for every attempt of one
 * step, so that the CRM refuses a second record.
 */
export function referenceOf(saleId: SaleId, step: CreateStep): string {
  return `${saleId}:${step}`
}

/** The sale and step of a reference; `undefined` for text that is not a reference of ours. */
export function parseReference(
  text: string,
): { readonly saleId: SaleId; readonly step: CreateStep } | undefined {
  const colon = text.indexOf(':')
  const saleId = parseSaleId(text.slice(0, colon))
  const step = CREATE_STEPS.find((known) => known === text.slice(colon + 1))
  return saleId === undefined || step === undefined ? undefined : { saleId, step }
}
