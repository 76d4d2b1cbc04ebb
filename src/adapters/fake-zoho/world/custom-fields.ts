// The fields that are added to Zoho's own: the reference field, and those of `createFields`.
import { type Field, TEXT_LENGTH_MAX } from '../schema/fields.ts'
import type { ModuleName } from '../schema/module-names.ts'
import { BASE_SCHEMA, isSaleModule, SALE_MODULES, type Schema } from '../schema/modules.ts'
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

type Added = { readonly module: ModuleName; readonly name: string; readonly field: Field }

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

  return {
    get schema() {
      const { referenceFields } = settings.current
      // Kept, because every call reads it and it hardly ever changes.
      if (made?.from[0] !== referenceFields || made.from[1] !== added) {
        made = { from: [referenceFields, added], schema: extended([...references(), ...added]) }
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
  for (const { module, name, field } of added) {
    const form = schema[module]
    schema[module] = { ...form, fields: new Map([...form.fields, [name, field]]) }
  }
  return schema
}
