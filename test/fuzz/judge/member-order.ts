// Compares the order of the members of an answer with that of the document.

import { resolved } from '../../../src/adapters/http/openapi/document.ts'

type Schema = {
  readonly $ref?: string
  readonly anyOf?: readonly Schema[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly items?: Schema
}

/** Where members stand in another order than in the schema; a member that it does not have counts not. */
export function disorderIn(given: object, value: unknown, where = 'it'): readonly string[] {
  const schema = resolved<Schema>(given as Schema & { readonly $ref: string })
  if (Array.isArray(value)) {
    const { items } = schema
    return items === undefined ? [] : value.flatMap((one) => disorderIn(items, one, where))
  }
  if (typeof value !== 'object' || value === null) return []
  const fitting = schema.anyOf === undefined ? schema : fittingOf(schema.anyOf, value)
  if (fitting === undefined) return []
  const { properties = {} } = resolved<Schema>(fitting as Schema & { readonly $ref: string })
  const names = Object.keys(value).filter((name) => name in properties)
  const wanted = Object.keys(properties).filter((name) => name in value)
  const isOrdered = names.every((name, i) => name === wanted[i])
  return [
    ...(isOrdered ? [] : [`the members of ${where} are in the order ${names.join(', ')}`]),
    ...Object.entries(value).flatMap(([name, inner]) => {
      const one = properties[name]
      return one === undefined ? [] : disorderIn(one, inner, `${where}.${name}`)
    }),
  ]
}

/** The first of them that has every member of the value. */
function fittingOf(schemas: readonly Schema[], value: object): Schema | undefined {
  return schemas.find((schema) => {
    const { properties = {} } = resolved<Schema>(schema as Schema & { readonly $ref: string })
    return Object.keys(value).every((name) => name in properties)
  })
}
