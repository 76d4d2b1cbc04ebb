// The fields of the house: what an organisation adds to the Deals, Quotes and Sales Orders of its
// sales, read from the file that it writes.

import { parseTemplate, type TextTemplate } from './text-template.ts'

export const HOUSE_MODULES = ['Deals', 'Quotes', 'Sales_Orders'] as const
export type HouseModule = (typeof HOUSE_MODULES)[number]

/** `link` is a lookup, an owner or a layout: `{"id": "…"}`. */
export type HouseValue =
  | { readonly type: 'constant'; readonly value: number | boolean }
  | { readonly type: 'link'; readonly id: string }
  | { readonly type: 'text'; readonly template: TextTemplate }

/** By module, and by the API name of the field. */
export type HouseFields = Readonly<Record<HouseModule, Readonly<Record<string, HouseValue>>>>

export const NO_HOUSE_FIELDS: HouseFields = { Deals: {}, Quotes: {}, Sales_Orders: {} }

/** The field of each module that holds the name of a record. */
export const NAME_FIELDS = {
  Deals: 'Deal_Name',
  Quotes: 'Subject',
  Sales_Orders: 'Subject',
} as const satisfies Record<HouseModule, string>

/** The name of a record where the file gives none. */
export const DEFAULT_NAME: TextTemplate = [
  { placeholder: 'accountName' },
  ' ',
  { placeholder: 'date' },
  ' ',
  { placeholder: 'shortId' },
]

const SALE_FILLS = 'the sale itself fills it; leave it out'
const MAKES_THE_AMOUNT = 'it changes what the sale costs; leave it out'
const ZOHO_FILLS = 'Zoho fills it; leave it out'

/** Fields that make the sale, and why the file cannot set them; in lower case. */
const TAKEN_EVERYWHERE: Readonly<Record<string, string>> = {
  id: ZOHO_FILLS,
  contact_name: SALE_FILLS,
  account_name: SALE_FILLS,
  currency: SALE_FILLS,
  exchange_rate: ZOHO_FILLS,
  discount: MAKES_THE_AMOUNT,
  tax: MAKES_THE_AMOUNT,
  adjustment: MAKES_THE_AMOUNT,
  sub_total: ZOHO_FILLS,
  grand_total: ZOHO_FILLS,
}
const ADDRESSES = Object.fromEntries(
  ['billing', 'shipping'].flatMap((kind) =>
    ['street', 'city', 'state', 'code', 'country'].map((part) => [`${kind}_${part}`, SALE_FILLS]),
  ),
)
const TAKEN: Readonly<Record<HouseModule, Readonly<Record<string, string>>>> = {
  Deals: {
    amount: SALE_FILLS,
    expected_revenue: ZOHO_FILLS,
    stage: 'set ZOHO_DEAL_STAGE instead',
    pipeline: 'set ZOHO_DEAL_PIPELINE instead',
    closing_date: 'set ZOHO_CLOSING_DAYS instead',
  },
  Quotes: {
    ...ADDRESSES,
    deal_name: SALE_FILLS,
    quoted_items: SALE_FILLS,
    product_details: SALE_FILLS,
    quote_stage: 'set ZOHO_QUOTE_STAGE instead',
  },
  Sales_Orders: {
    ...ADDRESSES,
    deal_name: SALE_FILLS,
    quote_name: SALE_FILLS,
    ordered_items: SALE_FILLS,
    product_details: SALE_FILLS,
    status: 'set ZOHO_SALES_ORDER_STATUS instead',
  },
}

/** Zoho's limit for a text area; no field holds more. */
const TEXT_LENGTH_MAX = 32_000
const API_NAME = /^[A-Za-z][A-Za-z0-9_]{0,99}$/
const ID = /^[0-9]{1,20}$/

export type ParsedHouseFields =
  | { readonly ok: true; readonly fields: HouseFields }
  /** One line for each mistake: the member, what is wrong, and how to mend it. No value is in it. */
  | { readonly ok: false; readonly problems: readonly string[] }

/** Reads the whole file, so that every mistake in it is reported at once. */
export function parseHouseFields(text: string, referenceField: string): ParsedHouseFields {
  const problems: string[] = []
  const modules = objectOf(parsed(text, problems))
  if (modules === undefined) {
    if (problems.length === 0) problems.push(`must be an object with ${HOUSE_MODULES.join(', ')}`)
    return { ok: false, problems }
  }
  const fields: Record<HouseModule, Readonly<Record<string, HouseValue>>> = { ...NO_HOUSE_FIELDS }
  for (const [name, given] of Object.entries(modules)) {
    const module = HOUSE_MODULES.find((known) => known === name)
    const members = objectOf(given)
    if (module === undefined) {
      problems.push(`${shown(name)}: is no module of a sale; known are ${HOUSE_MODULES.join(', ')}`)
    } else if (members === undefined) {
      problems.push(`${module}: must be an object with a member for each field`)
    } else {
      fields[module] = fieldsOf(module, members, referenceField, problems)
    }
  }
  return problems.length > 0 ? { ok: false, problems } : { ok: true, fields }
}

function parsed(text: string, problems: string[]): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch (error) {
    // The rest of the message can hold a part of the file.
    const place = /line \d+ column \d+/.exec(String(error))?.[0]
    problems.push(`is no JSON${place === undefined ? '' : `: look at ${place}`}`)
    return undefined
  }
}

function fieldsOf(
  module: HouseModule,
  members: Readonly<Record<string, unknown>>,
  referenceField: string,
  problems: string[],
): Readonly<Record<string, HouseValue>> {
  const fields: [string, HouseValue][] = []
  for (const [name, given] of Object.entries(members)) {
    const report = (problem: string) => problems.push(`${module}.${shown(name)}: ${problem}`)
    const taken = takenBecause(module, name, referenceField)
    if (taken !== undefined) {
      report(taken)
      continue
    }
    const value = houseValueOf(given, report)
    if (name === NAME_FIELDS[module] && value !== undefined && value.type !== 'text') {
      report('is the name of the record; it must be a text')
    } else if (value !== undefined) {
      fields.push([name, value])
    }
  }
  return Object.fromEntries(fields)
}

function takenBecause(
  module: HouseModule,
  name: string,
  referenceField: string,
): string | undefined {
  if (!API_NAME.test(name)) return 'is no API name of a field; Zoho shows them under Developer Hub'
  const key = name.toLowerCase()
  if (key === referenceField.toLowerCase()) return SALE_FILLS
  return own(TAKEN_EVERYWHERE, key) ?? own(TAKEN[module], key)
}

function own(table: Readonly<Record<string, string>>, key: string): string | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined
}

function houseValueOf(given: unknown, report: (problem: string) => void): HouseValue | undefined {
  if (typeof given === 'boolean') return { type: 'constant', value: given }
  if (typeof given === 'number') {
    if (!Number.isFinite(given) || (Number.isInteger(given) && !Number.isSafeInteger(given))) {
      report('has more digits than a number keeps; an id is written {"id": "…"}')
      return undefined
    }
    return { type: 'constant', value: given }
  }
  if (typeof given === 'string') return textOf(given, report)
  const link = objectOf(given)
  if (link === undefined) {
    report('must be a text, a number, true, false or {"id": "…"}')
    return undefined
  }
  const { id, ...others } = link
  if (typeof id !== 'string' || !ID.test(id) || Object.keys(others).length > 0) {
    report('must be {"id": "…"} with 1 to 20 digits as a text, and nothing else')
    return undefined
  }
  return { type: 'link', id }
}

function textOf(given: string, report: (problem: string) => void): HouseValue | undefined {
  if (given.trim() === '') {
    report('is empty; leave the member out')
    return undefined
  }
  if (given.length > TEXT_LENGTH_MAX) {
    report(`must have at most ${TEXT_LENGTH_MAX} characters`)
    return undefined
  }
  const read = parseTemplate(given)
  if (read.ok) return { type: 'text', template: read.template }
  for (const problem of read.problems) report(problem)
  return undefined
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : undefined
}

/** A member's name as it may stand in one line of a message. */
function shown(name: string): string {
  return API_NAME.test(name) ? name : JSON.stringify(name.slice(0, 100))
}
