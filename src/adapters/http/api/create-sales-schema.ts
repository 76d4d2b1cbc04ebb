// The schema of the body of createSales.

import { Type } from 'typebox'

export const LINES_MAX = 200
export const QUANTITY_MAX = 1_000_000_000

const AT_MOST_4_DECIMALS = /^\d+(?:\.\d{1,4})?$/

const CrmIdText = Type.String({
  pattern: '^[0-9]{1,20}$',
  description: 'An id of the CRM, 1 to 20 digits.',
})

// Decimals are counted in the number's text: as a binary fraction, even 0.1 has many.
const Quantity = Type.Refine(
  Type.Number({ exclusiveMinimum: 0, maximum: QUANTITY_MAX }),
  (value) => AT_MOST_4_DECIMALS.test(String(value)),
  () => 'must have at most 4 decimals',
)

const Line = Type.Object(
  { productId: CrmIdText, quantity: Quantity },
  { additionalProperties: false },
)

export const CreateSalesBody = Type.Object(
  {
    contactId: CrmIdText,
    products: Type.Array(Line, { minItems: 1, maxItems: LINES_MAX }),
  },
  { additionalProperties: false },
)
