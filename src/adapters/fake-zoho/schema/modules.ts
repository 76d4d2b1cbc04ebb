// The modules and their fields.
import {
  BOOLEAN,
  CURRENCY,
  DATE,
  DOUBLE,
  EMAIL,
  type Field,
  type Form,
  ID,
  lookup,
  PHONE,
  picklist,
  type Subform,
  type SubformName,
  TEXT,
  TEXT_AREA,
  TIME,
  USER,
  WEBSITE,
} from './fields.ts'
import { MODULE_NAMES, type ModuleName } from './module-names.ts'

/** The modules in which a call may create records. The others hold the sample data only. */
export const SALE_MODULES = ['Deals', 'Quotes', 'Sales_Orders'] as const
export type SaleModule = (typeof SALE_MODULES)[number]

export type Module = Form & {
  readonly name: ModuleName
  readonly id: string
  /** The field that a lookup to this module shows as `name`. */
  readonly nameField: string
}

export type Schema = Readonly<Record<ModuleName, Module>>

const SYSTEM_FIELDS = {
  id: ID,
  Owner: USER,
  Created_By: USER,
  Modified_By: USER,
  Created_Time: TIME,
  Modified_Time: TIME,
}

const ADDRESS_FIELDS = Object.fromEntries(
  ['Billing', 'Shipping'].flatMap((kind) =>
    ['Street', 'City', 'State', 'Code', 'Country'].map((part) => [`${kind}_${part}`, TEXT]),
  ),
)

const SALE_FIELDS = {
  Contact_Name: lookup('Contacts'),
  Account_Name: lookup('Accounts'),
  Description: TEXT_AREA,
}

/** The modules as Zoho has them. The reference field is added to the three of a sale. */
export const BASE_SCHEMA: Schema = {
  Contacts: module('Contacts', '550428000000000101', 'Full_Name', ['Last_Name'], {
    First_Name: TEXT,
    Last_Name: TEXT,
    Full_Name: TEXT,
    Email: EMAIL,
    Secondary_Email: EMAIL,
    Phone: PHONE,
    Account_Name: lookup('Accounts'),
  }),
  Accounts: module('Accounts', '550428000000000102', 'Account_Name', ['Account_Name'], {
    Account_Name: TEXT,
    Phone: PHONE,
    Website: WEBSITE,
    ...ADDRESS_FIELDS,
  }),
  Products: module('Products', '550428000000000103', 'Product_Name', ['Product_Name'], {
    Product_Name: TEXT,
    Product_Code: TEXT,
    Unit_Price: CURRENCY,
    Product_Active: BOOLEAN,
    Qty_in_Stock: DOUBLE,
    Description: TEXT_AREA,
  }),
  Deals: module(
    'Deals',
    '550428000000000104',
    'Deal_Name',
    ['Deal_Name', 'Stage', 'Closing_Date'],
    {
      ...SALE_FIELDS,
      Deal_Name: TEXT,
      Stage: picklist('Stage'),
      Pipeline: picklist('Pipeline'),
      Closing_Date: DATE,
      Amount: CURRENCY,
    },
  ),
  Quotes: module('Quotes', '550428000000000105', 'Subject', ['Subject', 'Quoted_Items'], {
    ...SALE_FIELDS,
    ...ADDRESS_FIELDS,
    Subject: TEXT,
    Quote_Stage: picklist('Quote_Stage'),
    Valid_Till: DATE,
    Deal_Name: lookup('Deals'),
    Quoted_Items: lines('Quoted_Items', '550428000000000107'),
  }),
  Sales_Orders: module(
    'Sales_Orders',
    '550428000000000106',
    'Subject',
    ['Subject', 'Ordered_Items'],
    {
      ...SALE_FIELDS,
      ...ADDRESS_FIELDS,
      Subject: TEXT,
      Status: picklist('Status'),
      Due_Date: DATE,
      Deal_Name: lookup('Deals'),
      Quote_Name: lookup('Quotes'),
      Ordered_Items: lines('Ordered_Items', '550428000000000108'),
    },
  ),
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

function lines(name: SubformName, id: string): Field {
  const fields = {
    id: ID,
    Product_Name: lookup('Products'),
    Quantity: DOUBLE,
    List_Price: CURRENCY,
    Description: TEXT_AREA,
  }
  const form: Subform = {
    name,
    id,
    mandatory: ['Product_Name'],
    fields: new Map(Object.entries(fields)),
  }
  return { type: 'subform', form }
}

export function moduleNamed(text: string | undefined): ModuleName | undefined {
  return MODULE_NAMES.find((name) => name === text)
}

export function isSaleModule(name: string): name is SaleModule {
  return SALE_MODULES.some((one) => one === name)
}
