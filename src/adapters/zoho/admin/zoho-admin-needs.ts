// What the gateway needs in Zoho: scopes, modules, fields, and values of fields.

import type {
  CrmNeeds,
  NeededValue,
  ScopeGrant,
} from '../../../application/crm-setup/crm-admin.port.ts'
import { RECORD_MODULES } from '../call/record-modules.ts'
import type { ZohoConfig } from '../exchange/zoho-config.ts'
import { neededRecords } from './zoho-admin-records.ts'

const ADDRESS_FIELDS = ['Billing', 'Shipping'].flatMap((kind) =>
  ['Street', 'City', 'State', 'Code', 'Country'].map((part) => `${kind}_${part}`),
)
const PARTY_FIELDS = ['Contact_Name', 'Account_Name']
const LINE_FIELDS = ['Product_Name', 'Quantity', 'List_Price']

/** The scopes that sales, look-ups and the check of the fields use, and no more. */
const SALE_SCOPES = [
  'ZohoCRM.modules.contacts.READ',
  'ZohoCRM.modules.accounts.READ',
  'ZohoCRM.modules.products.READ',
  ...['deals', 'quotes', 'salesorders'].flatMap((module) =>
    ['CREATE', 'READ', 'DELETE'].map((right) => `ZohoCRM.modules.${module}.${right}`),
  ),
  'ZohoCRM.coql.READ',
  'ZohoCRM.settings.fields.READ',
]
const SET_UP_SCOPE = 'ZohoCRM.settings.fields.CREATE'

/** Rights that `WRITE` includes, beside `UPDATE`. */
const WRITE_MEANS: readonly string[] = ['create', 'delete']

/** What finds and deletes the records of a sale. */
const VITAL = /^ZohoCRM\.(modules\.(deals|quotes|salesorders)\.(READ|DELETE)|coql\.READ)$/

/** Returns each scope that the gateway needs, and whether a token with these scopes has it. */
export function scopeGrants(granted: readonly string[]): readonly ScopeGrant[] {
  const grant = (scope: string, neededFor: ScopeGrant['neededFor']) => ({
    scope,
    granted: granted.some((one) => covers(one, scope)),
    neededFor,
    ...(VITAL.test(scope) ? { isVital: true } : {}),
  })
  return [...SALE_SCOPES.map((scope) => grant(scope, 'sales')), grant(SET_UP_SCOPE, 'setUp')]
}

/** Scopes that only a rehearsal uses. */
const REHEARSAL_SCOPES = ['ZohoSearch.securesearch.READ', 'ZohoCRM.composite_requests.CUSTOM']

/** For the check of the layouts; sales do without it. */
const LAYOUTS_SCOPE = 'ZohoCRM.settings.layouts.READ'

/** For reading the currencies; sales in the organisation's own do without it. */
const CURRENCIES_SCOPE = 'ZohoCRM.org.READ'

/** The scopes to ask for in Zoho's API console, set-up included. */
export function scopesToAsk(options: { readonly rehearsal: boolean }): readonly string[] {
  const own = [...scopeGrants([]).map(({ scope }) => scope), LAYOUTS_SCOPE, CURRENCIES_SCOPE]
  return options.rehearsal ? [...own, ...REHEARSAL_SCOPES] : own
}

/**
 * A shorter path includes longer ones: `ZohoCRM.modules.ALL` covers `ZohoCRM.modules.deals.READ`.
 */
function covers(granted: string, scope: string): boolean {
  const [path, right] = partsOf(granted)
  const [wantedPath, wantedRight] = partsOf(scope)
  if (`${wantedPath}.`.startsWith(`${path}.`)) {
    if (right === wantedRight || right === 'all') return true
    return right === 'write' && WRITE_MEANS.includes(wantedRight)
  }
  return false
}

function partsOf(scope: string): readonly [string, string] {
  const text = scope.toLowerCase()
  const dot = text.lastIndexOf('.')
  return [text.slice(0, dot), text.slice(dot + 1)]
}

/** Every module, field and value that the calls of this adapter rely on. */
export function zohoNeeds(config: Pick<ZohoConfig, 'referenceField' | 'recordSettings'>): CrmNeeds {
  const fields = neededFields(config)
  return {
    modules: ['Contacts', 'Accounts', 'Products', 'Deals', 'Quotes', 'Sales_Orders'],
    fields,
    records: neededRecords(fields, ['Account_Name', ...ADDRESS_FIELDS], config),
    currency: { field: 'Currency', modules: ['Products', ...Object.values(RECORD_MODULES)] },
    values: neededValues(config),
    referenceField: config.referenceField,
    recordModules: RECORD_MODULES,
    contactModule: 'Contacts',
    productModule: 'Products',
  }
}

function neededFields({ recordSettings }: Pick<ZohoConfig, 'recordSettings'>): CrmNeeds['fields'] {
  const { dealPipeline } = recordSettings
  return [
    {
      module: 'Contacts',
      names: ['First_Name', 'Last_Name', 'Email', 'Account_Name', 'Modified_Time'],
    },
    { module: 'Accounts', names: ['Account_Name', ...ADDRESS_FIELDS] },
    { module: 'Products', names: ['Product_Name', 'Unit_Price', 'Product_Active'] },
    {
      module: 'Deals',
      names: [
        ...['Deal_Name', 'Stage', 'Closing_Date', 'Amount', ...PARTY_FIELDS],
        ...(dealPipeline === undefined ? [] : ['Pipeline']),
      ],
    },
    {
      module: 'Quotes',
      names: [
        ...['Subject', 'Quote_Stage', 'Deal_Name', ...PARTY_FIELDS, 'Quoted_Items'],
        ...ADDRESS_FIELDS,
      ],
    },
    {
      module: 'Sales_Orders',
      names: [
        ...['Subject', 'Status', 'Deal_Name', 'Quote_Name', ...PARTY_FIELDS, 'Ordered_Items'],
        ...ADDRESS_FIELDS,
      ],
    },
    { module: 'Quoted_Items', names: LINE_FIELDS },
    { module: 'Ordered_Items', names: LINE_FIELDS },
  ]
}

function neededValues({
  recordSettings,
}: Pick<ZohoConfig, 'recordSettings'>): readonly NeededValue[] {
  const { dealStage, dealPipeline, quoteStage, salesOrderStatus } = recordSettings
  const value = (module: string, field: string, text: string, setting: string) => ({
    module,
    field,
    value: text,
    setting,
  })
  return [
    value('Deals', 'Stage', dealStage, 'ZOHO_DEAL_STAGE'),
    ...(dealPipeline === undefined
      ? []
      : [value('Deals', 'Pipeline', dealPipeline, 'ZOHO_DEAL_PIPELINE')]),
    value('Quotes', 'Quote_Stage', quoteStage, 'ZOHO_QUOTE_STAGE'),
    value('Sales_Orders', 'Status', salesOrderStatus, 'ZOHO_SALES_ORDER_STATUS'),
  ]
}
