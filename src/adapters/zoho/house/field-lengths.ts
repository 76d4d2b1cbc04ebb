// How many characters the text fields of records hold, as Zoho has described them.

import { NAME_FIELDS } from './house-fields.ts'

type Described = { readonly name: string; readonly type: string; readonly lengthMax: number | null }

/** Characters of a field; `Infinity` where they are not known, and Zoho refuses what is too long. */
export type LengthOf = (module: string, field: string) => number

export interface FieldLengths {
  /** Keeps what Zoho has just described. */
  learn(module: string, fields: readonly Described[]): void

  /**
   * The lengths for the records of one sale. They are those that were known when they were first
   * asked for with this key, so that a repeated create sends what the first attempt sent.
   */
  of(key: object): LengthOf
}

/** The shortest that Zoho gives to a `Deal_Name` or a `Subject`: good until Zoho was asked. */
const NAME_LENGTH = 120

const TEXT_TYPES = ['text', 'textarea', 'email', 'phone', 'website']

export function makeFieldLengths(): FieldLengths {
  const kept = new WeakMap<object, LengthOf>()
  let known: ReadonlyMap<string, number> = new Map(
    Object.entries(NAME_FIELDS).map(([module, field]) => [keyOf(module, field), NAME_LENGTH]),
  )

  return {
    learn(module, fields) {
      const lengths = fields.flatMap(({ name, type, lengthMax }) =>
        lengthMax === null || lengthMax < 1 || !TEXT_TYPES.includes(type)
          ? []
          : ([[keyOf(module, name), lengthMax]] as const),
      )
      known = new Map([...known, ...lengths])
    },
    of(key) {
      const lengths = kept.get(key) ?? lengthsIn(known)
      kept.set(key, lengths)
      return lengths
    },
  }
}

function lengthsIn(known: ReadonlyMap<string, number>): LengthOf {
  return (module, field) => known.get(keyOf(module, field)) ?? Number.POSITIVE_INFINITY
}

function keyOf(module: string, field: string): string {
  return `${module}.${field}`
}
