// Draws values that a schema of the document allows.

import fc from 'fast-check'
import { OPENAPI_TEXT } from '../../../src/adapters/http/openapi/document.ts'
import type { OpenApi } from '../../../src/adapters/http/openapi/document-types.ts'

/** The document as a stranger reads it. */
export const DOCUMENT = JSON.parse(OPENAPI_TEXT) as OpenApi

/** The parts of JSON Schema that the requests of the document are made of. */
type Schema = {
  readonly $ref?: string
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly Schema[]
  readonly type?: string
  readonly pattern?: string
  readonly format?: string
  readonly maxLength?: number
  readonly minimum?: number
  readonly exclusiveMinimum?: number
  readonly maximum?: number
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly items?: Schema
  readonly minItems?: number
  readonly maxItems?: number
}

/** @throws {Error} for a schema with a part that is not known here: it has to be added. */
export function valuesOf(given: object): fc.Arbitrary<unknown> {
  const schema = given as Schema
  if (schema.$ref !== undefined) return valuesOf(partAt(schema.$ref))
  if (schema.const !== undefined) return fc.constant(schema.const)
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum)
  if (schema.anyOf !== undefined) return fc.oneof(...schema.anyOf.map(valuesOf))
  switch (schema.type) {
    case 'string':
      return texts(schema)
    case 'integer':
      return fc.integer({ min: schema.minimum ?? 0, max: schema.maximum ?? 2 ** 31 })
    case 'number':
      return decimals(schema)
    case 'object':
      return objects(schema)
    case 'array':
      return fc.array(valuesOf(schema.items ?? {}), {
        minLength: schema.minItems ?? 0,
        maxLength: schema.maxItems ?? 9,
        size: 'small',
      })
    default:
      throw new Error(`no values are drawn yet for ${JSON.stringify(schema)}`)
  }
}

function partAt(ref: string): object {
  let part: unknown = DOCUMENT
  for (const name of ref.split('/').slice(1)) {
    part = (part as Readonly<Record<string, unknown>>)[name]
  }
  return part as object
}

function texts({ pattern, format, maxLength = 100 }: Schema): fc.Arbitrary<string> {
  if (pattern !== undefined) return fc.stringMatching(new RegExp(pattern))
  if (format === undefined) return fc.string({ maxLength, unit: 'binary' })
  const drawn = FORMATS[format]
  if (drawn === undefined) throw new Error(`no values are drawn yet for the format ${format}`)
  return drawn.filter((text) => text.length <= maxLength)
}

const dates = fc.date({
  min: new Date('0001-01-01T00:00:00Z'),
  max: new Date('9999-12-30T00:00:00Z'),
  noInvalidDate: true,
})

/** Source: RFC 3339, RFC 6531. */
const FORMATS: Readonly<Record<string, fc.Arbitrary<string>>> = {
  date: dates.map((date) => date.toISOString().slice(0, 10)),
  'date-time': fc
    .tuple(dates, fc.constantFrom('', '.5', '.123', '.123456'), fc.constantFrom('Z', '+03:00'))
    .map(([date, fraction, zone]) => `${date.toISOString().slice(0, 19)}${fraction}${zone}`),
  'idn-email': fc
    .tuple(fc.constantFrom('', 'ü', '日本'), fc.emailAddress())
    .map(([letters, address]) => `${letters}${address}`)
    .filter((address) => address.indexOf('@') <= 64),
}

/** The document says in words that a number has at most 4 decimals: no keyword is exact about it. */
function decimals({ exclusiveMinimum = 0, maximum = 1_000 }: Schema): fc.Arbitrary<number> {
  return fc
    .tuple(fc.integer({ min: 1, max: maximum }), fc.constantFrom(1, 10, 100, 10_000))
    .map(([whole, parts]) => whole / parts)
    .filter((value) => value > exclusiveMinimum)
}

function objects({ properties = {}, required = [] }: Schema): fc.Arbitrary<unknown> {
  const members = Object.fromEntries(
    Object.entries(properties).map(([name, schema]) => [name, valuesOf(schema)]),
  )
  return fc.record(members, { requiredKeys: [...required], noNullPrototype: true })
}
