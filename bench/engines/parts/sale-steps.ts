/** The five steps of a sale that every engine makes durable, one after the other: what each one does, and what it leaves behind. */

import { randomUUID } from 'node:crypto'

/** A sale as the harness posts it. */
export interface SaleBody {
  readonly contactId: string
  readonly products: readonly unknown[]
}

/** Milliseconds that one call of the CRM takes; 0 is an answer at once. */
const CRM_MS = Number(process.env['CRM_MS'] ?? '0')

/** One call of the CRM that always succeeds. */
async function callCrm(): Promise<void> {
  if (CRM_MS > 0) await new Promise((resolve) => setTimeout(resolve, CRM_MS))
}

/** A create in the CRM returns the id of its record. */
async function create(): Promise<{ readonly id: string }> {
  await callCrm()
  return { id: randomUUID() }
}

/** The names and the work of the steps, in their order. What a step returns is what the engine must keep. */
export const SALE_STEPS: readonly {
  readonly name: string
  readonly work: (sale: SaleBody) => Promise<object>
}[] = [
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
