// Checks a body against its schema, and names the member that does not fit.

import type { FastifySchemaCompiler } from 'fastify'
import type { TSchema } from 'typebox'
import { Compile } from 'typebox/compile'

/** As TypeBox reports it, in the form of Ajv. */
type SchemaError = {
  readonly keyword: string
  readonly instancePath: string
  readonly message: string
  readonly params: object
}

/**
 * TypeBox's own validator. It converts no value and drops no unknown member: what passes is exactly
 * what was sent.
 */
export const validatorCompiler: FastifySchemaCompiler<TSchema> = ({ schema }) => {
  const validator = Compile(schema)
  return (value: unknown) => {
    if (validator.Check(value)) return { value }
    const [first] = validator.Errors(value)
    return { error: new Error(first === undefined ? 'malformed' : describe(first)) }
  }
}

/** Which member, and why: `products[0].quantity: must be > 0`. */
function describe(error: SchemaError): string {
  const { keyword, params } = error
  // An unknown member is checked against the schema `false`, which nothing fits.
  if (keyword === 'boolean') return `${memberAt(error.instancePath, [])}: is not known`
  if (keyword === 'required' && 'requiredProperties' in params) {
    return `${memberAt(error.instancePath, params.requiredProperties)}: is missing`
  }
  const member = memberAt(error.instancePath, [])
  return `${member === '' ? 'body' : member}: ${error.message}`
}

/** Characters of a member's name in an answer: the caller may send a name of any length. */
const NAME_MAX = 64

/** A JSON pointer and a further name, as one writes them: `products[0].quantity`. */
function memberAt(pointer: string, further: unknown): string {
  const names = pointer.split('/').slice(1)
  const last = Array.isArray(further) ? further[0] : undefined
  if (typeof last === 'string') names.push(last)
  return names
    .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~').slice(0, NAME_MAX))
    .map((name) => (name === '' ? '""' : name))
    .map((name, i) => (/^\d+$/.test(name) ? `[${name}]` : `${i === 0 ? '' : '.'}${name}`))
    .join('')
}
