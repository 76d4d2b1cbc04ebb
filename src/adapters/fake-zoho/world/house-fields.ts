// Fields that the organisation has added to a module, or changed in it.
import { type CustomField, type Field, TEXT_LENGTH_MAX } from '../schema/fields.ts'
import type { ModuleName } from '../schema/module-names.ts'

/** The types that a field of the house may have here, in Zoho's words. */
export const HOUSE_FIELD_TYPES = [
  'text',
  'textarea',
  'email',
  'phone',
  'website',
  'picklist',
  'integer',
  'double',
  'currency',
  'boolean',
  'date',
  'formula',
  'autonumber',
] as const

/** A field by which this organisation differs; it takes the place of one of the same name. */
export type HouseField = {
  readonly module: ModuleName
  readonly apiName: string
  readonly dataType: (typeof HOUSE_FIELD_TYPES)[number]
  /** The values of a pick list. */
  readonly values?: readonly string[] | undefined
  /** Characters of a text. */
  readonly lengthMax?: number | undefined
  readonly isMandatory?: boolean | undefined
  readonly isUnique?: boolean | undefined
}

/** The ids of these fields: no field of Zoho's own has one that ends like this. */
const ID_DIGITS = '55042800000091'

/** @param index the place of the field in the settings */
export function fieldOf(given: HouseField, index: number): Field {
  const { apiName, dataType, values = [], lengthMax = TEXT_LENGTH_MAX, isUnique = false } = given
  const custom: CustomField = {
    id: `${ID_DIGITS}${String(index).padStart(4, '0')}`,
    label: apiName.replaceAll('_', ' '),
    isUnique,
  }
  switch (dataType) {
    case 'picklist':
      return { type: 'picklist', values, custom }
    case 'integer':
    case 'double':
    case 'currency':
      return { type: 'double', word: dataType, custom }
    case 'boolean':
    case 'date':
      return { type: dataType, custom }
    case 'formula':
    case 'autonumber':
      return { type: 'system', word: dataType, custom }
    default:
      return { type: 'text', word: dataType, lengthMax, custom }
  }
}
