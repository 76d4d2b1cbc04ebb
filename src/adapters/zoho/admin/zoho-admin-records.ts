// What each record of a sale, and each of its lines, is sent with.

import type {
  CrmNeeds,
  FurtherField,
  FurtherValue,
  NeededRecord,
} from '../../../application/crm-setup/crm-admin.port.ts'
import type { ZohoConfig } from '../exchange/zoho-config.ts'
import { HOUSE_MODULES, type HouseFields, type HouseValue } from '../house/house-fields.ts'
import {
  fillTemplate,
  fixedText,
  lengthWithoutNames,
  placeholdersOf,
  type TextTemplate,
  type TextValues,
} from '../house/text-template.ts'

/** With several currencies the sale fills the first, and Zoho the second. */
const CURRENCY_FIELDS = ['Currency', 'Exchange_Rate']

/** Zoho links each line to its record. */
const LINE_LINK = 'Parent_Id'

const LINE_MODULES = ['Quoted_Items', 'Ordered_Items']

/** What the texts of a sale are made of, for an example. */
const SAMPLE: TextValues = {
  saleId: '01932b2e-7d00-7000-8000-00001a2b3c4d',
  shortId: '1a2b3c4d',
  date: '2026-11-29',
  accountName: 'Zylker',
  contactName: 'Ada King',
  client: 'web-shop',
}

/** @param sometimesFilled fields that are empty in some sales */
export function neededRecords(
  fields: CrmNeeds['fields'],
  sometimesFilled: readonly string[],
  { referenceField, recordSettings }: Pick<ZohoConfig, 'referenceField' | 'recordSettings'>,
): readonly NeededRecord[] {
  return fields.flatMap(({ module, names }) => {
    const house = HOUSE_MODULES.find((known) => known === module)
    const filled = names.filter((name) => !sometimesFilled.includes(name))
    if (house !== undefined) {
      return {
        module,
        filled: [...filled, ...CURRENCY_FIELDS, referenceField],
        sometimesFilled,
        further: furtherFields(recordSettings.houseFields[house]),
        source: 'ZOHO_FIELDS_FILE',
      }
    }
    if (!LINE_MODULES.includes(module)) return []
    return { module, filled: [...filled, LINE_LINK], sometimesFilled, further: [], source: null }
  })
}

function furtherFields(fields: HouseFields[keyof HouseFields]): readonly FurtherField[] {
  return Object.entries(fields).map(([name, value]) => ({ name, value: furtherValue(value) }))
}

function furtherValue(value: HouseValue): FurtherValue {
  switch (value.type) {
    case 'text':
      return furtherText(value.template)
    case 'link':
      return value
    case 'constant':
      return typeof value.value === 'number'
        ? { type: 'number', value: value.value }
        : { type: 'boolean' }
  }
}

function furtherText(template: TextTemplate): FurtherValue {
  const placeholders = placeholdersOf(template)
  return {
    type: 'text',
    sample: fillTemplate(template, SAMPLE, Number.POSITIVE_INFINITY),
    isFixed: fixedText(template) !== undefined,
    lengthMin: lengthWithoutNames(template, SAMPLE),
    marks: placeholders.includes('saleId')
      ? 'surely'
      : placeholders.includes('shortId')
        ? 'nearly'
        : 'none',
  }
}
