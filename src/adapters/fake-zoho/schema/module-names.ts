/** The modules that the fake knows, by Zoho's API names. */
export const MODULE_NAMES = [
  'Contacts',
  'Accounts',
  'Products',
  'Deals',
  'Quotes',
  'Sales_Orders',
] as const
export type ModuleName = (typeof MODULE_NAMES)[number]
