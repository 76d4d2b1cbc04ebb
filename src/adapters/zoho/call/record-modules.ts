import type { CreateStep } from '../../../domain/sale/steps.ts'

/** Zoho's names of the modules that hold the records of a sale. */
export const RECORD_MODULES = {
  deal: 'Deals',
  quote: 'Quotes',
  salesOrder: 'Sales_Orders',
} as const satisfies Record<CreateStep, string>
