// The records that the fake begins with.
import type { JsonObject } from '../schema/json.ts'
import type { CrmRecord, Records } from './records.ts'

export const SAMPLE_CONTACT_ID = '550428000008877665'
export const SAMPLE_CONTACT_WITHOUT_ACCOUNT_ID = '550428000008877777'
export const SAMPLE_ACCOUNT_ID = '550428000002233445'
export const SAMPLE_PRODUCT_IDS = ['550428000000111222', '550428000000333444'] as const
export const SAMPLE_PRODUCT_WITHOUT_PRICE_ID = '550428000000555666'
export const SAMPLE_PRODUCT_INACTIVE_ID = '550428000000777888'

/** The owner of all records: the user whose token the gateway holds. */
export const OWNER = {
  name: 'PLG Gateway',
  id: '550428000000411001',
  email: 'gateway@example.com',
  zuid: '60001234567',
}

/** Another user, who may own records as well. */
export const COLLEAGUE = {
  name: 'Sales Desk',
  id: '550428000000411002',
  email: 'sales@example.com',
  zuid: '60001234568',
}

const SAMPLE_TIME = '2025-01-15T09:00:00+00:00'

const common = {
  Owner: { name: OWNER.name, id: OWNER.id, email: OWNER.email },
  Created_By: { name: OWNER.name, id: OWNER.id },
  Modified_By: { name: OWNER.name, id: OWNER.id },
  Created_Time: SAMPLE_TIME,
  Modified_Time: SAMPLE_TIME,
} satisfies JsonObject

const ACCOUNT_NAME = 'Poligon Mühendislik San. ve Tic. Ltd. Şti.'

const account: CrmRecord = {
  ...common,
  id: SAMPLE_ACCOUNT_ID,
  Account_Name: ACCOUNT_NAME,
  Billing_Street: 'Tahtalı Mah. Kiteyol Sok. No: 24',
  Billing_City: 'Bursa',
  Billing_State: 'Nilüfer',
  Billing_Code: '16110',
  Billing_Country: 'Türkiye',
  Shipping_Street: 'Tahtalı Mah. Kiteyol Sok. No: 24',
  Shipping_City: 'Bursa',
  Shipping_State: 'Nilüfer',
  Shipping_Code: '16110',
  Shipping_Country: 'Türkiye',
}

const contacts: readonly CrmRecord[] = [
  {
    ...common,
    id: SAMPLE_CONTACT_ID,
    First_Name: 'Poligon',
    Last_Name: 'Mühendislik',
    Full_Name: 'Poligon Mühendislik',
    Email: 'info@poligonmuhendislik.com',
    Account_Name: { name: ACCOUNT_NAME, id: SAMPLE_ACCOUNT_ID },
  },
  {
    ...common,
    id: SAMPLE_CONTACT_WITHOUT_ACCOUNT_ID,
    First_Name: 'Selin',
    Last_Name: 'Kaya',
    Full_Name: 'Selin Kaya',
    Email: 'solo@example.com',
  },
]

const [productId, otherProductId] = SAMPLE_PRODUCT_IDS

const products: readonly CrmRecord[] = [
  product(productId, 'Three-phase gear motor 1.5 kW', 'GM-1500', 1250, true),
  product(otherProductId, 'Inductive proximity sensor M12', 'IPS-M12', 89.9, true),
  product(SAMPLE_PRODUCT_WITHOUT_PRICE_ID, 'Control cabinet, made to order', 'CC-MTO', null, true),
  product(SAMPLE_PRODUCT_INACTIVE_ID, 'Relay module 24 V (discontinued)', 'RM-24', 14.5, false),
]

function product(
  id: string,
  name: string,
  code: string,
  price: number | null,
  active: boolean,
): CrmRecord {
  return {
    ...common,
    id,
    Product_Name: name,
    Product_Code: code,
    Unit_Price: price,
    Product_Active: active,
    Qty_in_Stock: 100,
  }
}

/** The records of the published document, and a few with which a sale is refused. */
export function addSampleData(records: Records): void {
  records.add('Accounts', account)
  for (const contact of contacts) records.add('Contacts', contact)
  for (const item of products) records.add('Products', item)
}
