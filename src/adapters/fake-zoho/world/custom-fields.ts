// The fields that are added to Zoho's own: the reference field, those of the organisation, and
// those of `createFields`.
import { type Field, TEXT_LENGTH_MAX } from '../schema/fields.ts'
import type { ModuleName } from '../schema/module-names.ts'
import { BASE_SCHEMA, isSaleModule, SALE_MODULES, type Schema } from '../schema/modules.ts'
import { CURRENCY_MODULES, currencyFields } from './currencies.ts'
import { fieldOf } from './house-fields.ts'
import type { SettingsStore } from './settings.ts'

/** Custom fields that can be added to all modules together; Zoho allows hundreds of each. */
const ADDED_MAX = 500

const REFERENCE_FIELD_IDS = {
  Deals: '550428000000104900',
  Quotes: '550428000000105900',
  Sales_Orders: '550428000000106900',
} as const

export interface CustomFields {
  /** The modules as they are now, with the reference field and the added fields. */
  readonly schema: Schema
  isFull(): boolean
  add(module: ModuleName, name: string, field: Field): void
  /** Removes all fields but the reference field. */
  clear(): void
}

type Added = {
  readonly module: ModuleName
  readonly name: string
  readonly field: Field
  readonly isMandatory?: boolean | undefined
}

/** The settings decide about the reference field; the other fields are kept here. */
export function makeCustomFields(referenceField: string, settings: SettingsStore): CustomFields {
  let added: readonly Added[] = []
  let made: { readonly from: readonly unknown[]; readonly schema: Schema } | undefined

  function references(): readonly Added[] {
    const { referenceFields } = settings.current
    return SALE_MODULES.filter((module) => referenceFields[module] !== 'absent').map((module) => {
      const custom = {
        id: REFERENCE_FIELD_IDS[module],
        label: referenceField,
        isUnique: referenceFields[module] === 'unique',
      }
      const field = { type: 'text', word: 'text', lengthMax: TEXT_LENGTH_MAX, custom } as const
      return { module, name: referenceField, field }
    })
  }

  /** The fields by which the organisation differs from Zoho as it is delivered. */
  function ofTheHouse(): readonly Added[] {
    const currency = Object.entries(currencyFields(settings.current))
    return [
      ...settings.current.houseFields.map((given, index) => {
        const { module, apiName: name, isMandatory } = given
        return { module, name, isMandatory, field: fieldOf(given, index) }
      }),
      ...CURRENCY_MODULES.flatMap((module) =>
        currency.map(([name, field]) => ({ module, name, field })),
      ),
    ]
  }

  return {
    get schema() {
      const { referenceFields, houseFields, homeCurrency, otherCurrencies } = settings.current
      const from = [referenceFields, houseFields, homeCurrency, otherCurrencies, added]
      // Kept, because every call reads it and it hardly ever changes.
      if (made === undefined || from.some((one, index) => one !== made?.from[index])) {
        made = { from, schema: extended([...references(), ...ofTheHouse(), ...added]) }
      }
      return made.schema
    },
    isFull: () => added.length >= ADDED_MAX,
    add(module, name, field) {
      if (name === referenceField && isSaleModule(module)) {
        const isUnique = field.type === 'text' && field.custom?.isUnique === true
        settings.change({ referenceFields: { [module]: isUnique ? 'unique' : 'plain' } })
      } else {
        added = [...added, { module, name, field }]
      }
    },
    clear() {
      added = []
    },
  }
}

function extended(added: readonly Added[]): Schema {
  const schema = { ...BASE_SCHEMA }
  for (const { module, name, field, isMandatory } of added) {
    const form = schema[module]
    const mandatory = isMandatory === true ? [...form.mandatory, name] : form.mandatory
    schema[module] = { ...form, mandatory, fields: new Map([...form.fields, [name, field]]) }
  }
  return schema
}
