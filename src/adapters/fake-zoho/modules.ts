export const MODULE_NAMES = [
  'Contacts',
  'Accounts',
  'Products',
  'Deals',
  'Quotes',
  'Sales_Orders',
] as const
export type ModuleName = (typeof MODULE_NAMES)[number]

/** The modules in which a call may create records; the others hold the sample data. */
export const SALE_MODULES: readonly ModuleName[] = ['Deals', 'Quotes', 'Sales_Orders']

/** `system`: set by Zoho; what a request says of it is ignored. */
export type Field =
  | { readonly type: 'text'; readonly lengthMax: number }
  | { readonly type: 'double' | 'boolean' | 'date' | 'system' }
  | { readonly type: 'lookup'; readonly module: ModuleName }
  | { readonly type: 'subform'; readonly form: Form }

/** Fields by API name, and those that a record cannot be created without. */
export type Form = {
  readonly fields: ReadonlyMap<string, Field>
  readonly mandatory: readonly string[]
}

export type Module = Form & {
  readonly name: ModuleName
  readonly id: string
  /** Whose value a lookup to this module shows as `name`. */
  readonly nameField: string
}

export type Schema = Readonly<Record<ModuleName, Module>>

const TEXT: Field = { type: 'text', lengthMax: 255 }
const LONG_TEXT: Field = { type: 'text', lengthMax: 32_000 }
const DOUBLE: Field = { type: 'double' }
const BOOLEAN: Field = { type: 'boolean' }
const DATE: Field = { type: 'date' }
const SYSTEM: Field = { type: 'system' }

const lookup = (module: ModuleName): Field => ({ type: 'lookup', module })

const SYSTEM_FIELDS = {
  id: SYSTEM,
  Owner: SYSTEM,
  Created_By: SYSTEM,
  Modified_By: SYSTEM,
  Created_Time: SYSTEM,
  Modified_Time: SYSTEM,
}

const ADDRESS_FIELDS = Object.fromEntries(
  ['Billing', 'Shipping'].flatMap((kind) =>
    ['Street', 'City', 'State', 'Code', 'Country'].map((part) => [`${kind}_${part}`, TEXT]),
  ),
)

const LINES: Field = {
  type: 'subform',
  form: {
    mandatory: ['Product_Name'],
    fields: new Map(
      Object.entries({
        id: SYSTEM,
        Product_Name: lookup('Products'),
        Quantity: DOUBLE,
        List_Price: DOUBLE,
        Description: LONG_TEXT,
      }),
    ),
  },
}

const SALE_FIELDS = {
  Contact_Name: lookup('Contacts'),
  Account_Name: lookup('Accounts'),
  Description: LONG_TEXT,
}

/** What the modules hold. `referenceField` is the unique text field of the sale's three. */
export function makeSchema(referenceField: string): Schema {
  const sale = { ...SALE_FIELDS, [referenceField]: TEXT }
  return {
    Contacts: module('Contacts', '550428000000000101', 'Full_Name', [], {
      First_Name: TEXT,
      Last_Name: TEXT,
      Full_Name: TEXT,
      Email: TEXT,
      Phone: TEXT,
      Account_Name: lookup('Accounts'),
    }),
    Accounts: module('Accounts', '550428000000000102', 'Account_Name', [], {
      Account_Name: TEXT,
      Phone: TEXT,
      Website: TEXT,
      ...ADDRESS_FIELDS,
    }),
    Products: module('Products', '550428000000000103', 'Product_Name', [], {
      Product_Name: TEXT,
      Product_Code: TEXT,
      Unit_Price: DOUBLE,
      Product_Active: BOOLEAN,
      Qty_in_Stock: DOUBLE,
      Description: LONG_TEXT,
    }),
    Deals: module(
      'Deals',
      '550428000000000104',
      'Deal_Name',
      ['Deal_Name', 'Stage', 'Closing_Date'],
      { ...sale, Deal_Name: TEXT, Stage: TEXT, Pipeline: TEXT, Closing_Date: DATE, Amount: DOUBLE },
    ),
    Quotes: module('Quotes', '550428000000000105', 'Subject', ['Subject', 'Quoted_Items'], {
      ...sale,
      ...ADDRESS_FIELDS,
      Subject: TEXT,
      Quote_Stage: TEXT,
      Valid_Till: DATE,
      Deal_Name: lookup('Deals'),
      Quoted_Items: LINES,
    }),
    Sales_Orders: module(
      'Sales_Orders',
      '550428000000000106',
      'Subject',
      ['Subject', 'Ordered_Items'],
      {
        ...sale,
        ...ADDRESS_FIELDS,
        Subject: TEXT,
        Status: TEXT,
        Due_Date: DATE,
        Deal_Name: lookup('Deals'),
        Quote_Name: lookup('Quotes'),
        Ordered_Items: LINES,
      },
    ),
  }
}

function module(
  name: ModuleName,
  id: string,
  nameField: string,
  mandatory: readonly string[],
  fields: Readonly<Record<string, Field>>,
): Module {
  return {
    name,
    id,
    nameField,
    mandatory,
    fields: new Map(Object.entries({ ...SYSTEM_FIELDS, ...fields })),
  }
}

export function moduleNamed(text: string | undefined): ModuleName | undefined {
  return MODULE_NAMES.find((name) => name === text)
}
