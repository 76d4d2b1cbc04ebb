// The schema of the body of createSales.

import { Type } from 'typebox'

export const LINES_MAX = 200
export const QUANTITY_MAX = 1_000_000_000

const QUANTITY_WANTED = 'must be a number above 0, at most 1,000,000,000, with at most 4 decimals'

const AT_MOST_4_DECIMALS = /^\d+(?:\.\d{1,4})?$/

const CrmIdText = Type.String({
  pattern: '^[0-9]{1,20}$',
  description: 'must be 1 to 20 digits, as a string',
})

// Decimals are counted in the number's text: as a binary fraction, even 0.1 has many.
const Quantity = Type.Refine(
  Type.Number({
    exclusiveMinimum: 0,
    maximum: QUANTITY_MAX,
    description: QUANTITY_WANTED,
  }),
  (value) => AT_MOST_4_DECIMALS.test(String(value)),
  () => QUANTITY_WANTED,
)

const Line = Type.Object(
  { productId: CrmIdText, quantity: Quantity },
  {
    additionalProperties: false,
    description: 'must be an object with the members productId and quantity',
  },
)

export const CreateSalesBody = Type.Object(
  {
    contactId: CrmIdText,
    products: Type.Array(Line, {
      minItems: 1,
      maxItems: LINES_MAX,
      description: `must be a list of 1 to ${LINES_MAX} lines`,
    }),
  },
  {
    additionalProperties: false,
    description: 'must be an object with the members contactId and products',
  },
)
