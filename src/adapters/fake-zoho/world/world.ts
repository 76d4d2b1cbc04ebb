import { type CustomFields, makeCustomFields } from '../data/custom-fields.ts'
import { makeIds } from '../data/ids.ts'
import type { Schema } from '../data/modules.ts'
import { makeRecords, type Records } from '../data/records.ts'
import { addSampleData } from '../data/sample-data.ts'
import { makeTokens, type TokenOptions, type Tokens } from '../tokens/tokens.ts'
import type { SettingsStore } from './settings.ts'

/** Everything the calls read and change. */
export type World = {
  readonly now: () => number
  readonly nextId: () => string
  readonly referenceField: string
  readonly settings: SettingsStore
  readonly customFields: CustomFields
  readonly schema: Schema
  readonly records: Records
  readonly tokens: Tokens
  /** The sample data alone, no token, no custom field. The settings are not touched. */
  reset(): void
}

export function makeWorld(
  options: TokenOptions & { readonly referenceField: string },
  settings: SettingsStore,
): World {
  const { now, referenceField } = options
  const customFields = makeCustomFields(referenceField, settings)
  const records = makeRecords(() => customFields.schema, referenceField)
  const tokens = makeTokens(options, settings)
  addSampleData(records)
  return {
    now,
    nextId: makeIds(now()),
    referenceField,
    settings,
    customFields,
    get schema() {
      return customFields.schema
    },
    records,
    tokens,
    reset() {
      records.clear()
      customFields.clear()
      tokens.reset()
      addSampleData(records)
    },
  }
}
