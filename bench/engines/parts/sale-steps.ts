// The five steps of a sale that every engine makes durable, one after the other: what each does, and what it leaves behind.

import { randomUUID } from 'node:crypto'
import process from 'node:process'

/** A sale as the harness posts it. */
export type SaleBody = {
  readonly contactId: string
  readonly products: readonly unknown[]
}

/** One durable step. */
export type SaleStep = {
  readonly name: string
  /** Does the step. What it returns is what the engine must keep. */
  readonly work: (sale: SaleBody) => Promise<object>
}

/** Milliseconds that one call of the CRM takes; 0 is an answer at once. */
const CRM_MS = Number(process.env['CRM_MS'] ?? '0')

/** The steps in their order. */
export const SALE_STEPS: readonly SaleStep[] = [
  { name: 'requested', work: async (sale) => ({ ...sale, at: new Date().toISOString() }) },
  {
    name: 'priced',
    work: async (sale) => {
      await callCrm()
      return { currency: 'EUR', total: `${sale.products.length * 100}.00` }
    },
  },
  { name: 'deal', work: create },
  { name: 'quote', work: create },
  { name: 'salesOrder', work: create },
]

/** A create in the CRM returns the id of its record. */
async function create(): Promise<{ readonly id: string }> {
  await callCrm()
  return { id: randomUUID() }
}

/** One call of the CRM. It always succeeds. */
async function callCrm(): Promise<void> {
  if (CRM_MS > 0) await new Promise((resolve) => setTimeout(resolve, CRM_MS))
}
