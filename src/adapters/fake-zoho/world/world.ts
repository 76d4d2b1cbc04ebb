// Everything that the calls of the fake read and change.
import { makeIds } from '../schema/ids.ts'
import type { Schema } from '../schema/modules.ts'
import { type CustomFields, makeCustomFields } from './custom-fields.ts'
import { makeRecordStates, type RecordStates } from './record-states.ts'
import { makeRecords, type Records } from './records.ts'
import { addSampleData } from './sample-data.ts'
import type { SettingsStore } from './settings.ts'
import { makeTokens, type TokenOptions, type Tokens } from './tokens.ts'

/** The state of the fake. */
export type World = {
  readonly now: () => number
  readonly nextId: () => string
  readonly referenceField: string
  readonly settings: SettingsStore
  readonly customFields: CustomFields
  readonly schema: Schema
  readonly records: Records
  readonly states: RecordStates
  readonly tokens: Tokens
  /** Leaves the sample data, no token and no custom field. Does not change the settings. */
  reset(): void
}

export function makeWorld(
  options: TokenOptions & {
    readonly referenceField: string
    readonly recordsKeptMax?: number | undefined
  },
  settings: SettingsStore,
): World {
  const { now, referenceField, recordsKeptMax } = options
  const customFields = makeCustomFields(referenceField, settings)
  const records = makeRecords(() => customFields.schema, referenceField, recordsKeptMax)
  const states = makeRecordStates(now)
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
    states,
    tokens,
    reset() {
      records.clear()
      states.clear()
      customFields.clear()
      tokens.reset()
      addSampleData(records)
    },
  }
}
