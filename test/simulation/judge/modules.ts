// The modules of the CRM that hold the records of a sale.

export const MODULES = { deal: 'Deals', quote: 'Quotes', salesOrder: 'Sales_Orders' } as const

export type Step = keyof typeof MODULES

export const STEPS = Object.keys(MODULES) as readonly Step[]
