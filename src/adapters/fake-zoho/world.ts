import { makeIds } from './ids.ts'
import { makeSchema, type Schema } from './modules.ts'
import { makeRecords, type Records } from './records.ts'
import { addSampleData } from './sample-data.ts'
import { makeTokens, type TokenOptions, type Tokens } from './tokens.ts'

/** Everything the calls read and change. */
export type World = {
  readonly now: () => number
  readonly nextId: () => string
  readonly referenceField: string
  readonly schema: Schema
  readonly records: Records
  readonly tokens: Tokens
}

export function makeWorld(options: TokenOptions & { readonly referenceField: string }): World {
  const { now, referenceField } = options
  const schema = makeSchema(referenceField)
  const records = makeRecords(schema, referenceField)
  addSampleData(records)
  return {
    now,
    nextId: makeIds(now()),
    referenceField,
    schema,
    records,
    tokens: makeTokens(options),
  }
}
