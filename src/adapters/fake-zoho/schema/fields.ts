// The types of fields.
import type { ModuleName } from './module-names.ts'

/** The subforms that hold the lines of a record. Zoho lists their fields like those of a module. */
export const SUBFORM_NAMES = ['Quoted_Items', 'Ordered_Items'] as const
export type SubformName = (typeof SUBFORM_NAMES)[number]

/** The fields whose value has to be one of a list. */
export const PICKLIST_NAMES = ['Stage', 'Pipeline', 'Quote_Stage', 'Status'] as const
export type PicklistName = (typeof PICKLIST_NAMES)[number]

/** What a field has that was added to a module, and that Zoho's own fields do not have. */
export type CustomField = {
  readonly id: string
  readonly label: string
  readonly isUnique: boolean
}

/**
 * What a field holds. `word` is Zoho's `data_type`, where several types look alike in a record. A
 * `system` field is set by Zoho; a request cannot set it.
 */
export type Field = FieldContent & { readonly custom?: CustomField }

type FieldContent =
  | {
      readonly type: 'text'
      readonly word: 'text' | 'textarea' | 'email' | 'phone' | 'website'
      readonly lengthMax: number
    }
  | { readonly type: 'picklist'; readonly name: PicklistName }
  | { readonly type: 'picklist'; readonly values: readonly string[] }
  | { readonly type: 'double'; readonly word: 'double' | 'currency' | 'integer' }
  | { readonly type: 'boolean' | 'date' }
  | {
      readonly type: 'system'
      readonly word: 'bigint' | 'ownerlookup' | 'datetime' | 'formula' | 'autonumber'
    }
  | { readonly type: 'lookup'; readonly module: ModuleName }
  | { readonly type: 'subform'; readonly form: Subform }

/** Fields by API name, and the names of those that a create must give. */
export type Form = {
  readonly fields: ReadonlyMap<string, Field>
  readonly mandatory: readonly string[]
}

export type Subform = Form & { readonly name: SubformName; readonly id: string }

/** Characters of a single line and of a text area, as at Zoho. */
export const TEXT_LENGTH_MAX = 255
const TEXT_AREA_LENGTH_MAX = 32_000

function text(word: Extract<FieldContent, { type: 'text' }>['word'], lengthMax: number): Field {
  return { type: 'text', word, lengthMax }
}

export const TEXT = text('text', TEXT_LENGTH_MAX)
export const TEXT_AREA = text('textarea', TEXT_AREA_LENGTH_MAX)
export const EMAIL = text('email', TEXT_LENGTH_MAX)
export const PHONE = text('phone', TEXT_LENGTH_MAX)
export const WEBSITE = text('website', TEXT_LENGTH_MAX)
export const DOUBLE: Field = { type: 'double', word: 'double' }
export const CURRENCY: Field = { type: 'double', word: 'currency' }
export const BOOLEAN: Field = { type: 'boolean' }
export const DATE: Field = { type: 'date' }
export const ID: Field = { type: 'system', word: 'bigint' }
export const USER: Field = { type: 'system', word: 'ownerlookup' }
export const TIME: Field = { type: 'system', word: 'datetime' }

export const picklist = (name: PicklistName): Field => ({ type: 'picklist', name })
export const lookup = (module: ModuleName): Field => ({ type: 'lookup', module })
