// Checks a body against its schema, and names every member that does not fit.

import type { FastifySchemaCompiler } from 'fastify'
import type { TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import { Settings } from 'typebox/system'
import { type MemberPath, memberName } from './member-name.ts'

/** As TypeBox reports it, in the form of Ajv. */
type SchemaError = {
  readonly keyword: string
  readonly schemaPath: string
  readonly instancePath: string
  readonly message: string
  readonly params: object
}

/** Mistakes that one answer names. A caller mends them all at once; beyond these there is no end. */
const MISTAKES_MAX = 100

/** What TypeBox looks for before it stops: an unknown member is two of its errors. */
const ERRORS_MAX = 1_000

Settings.Set({ maxErrors: ERRORS_MAX })

/**
 * TypeBox's own validator. It converts no value and drops no unknown member: what passes is exactly
 * what was sent. Where a part of the schema has a `description`, that is what a wrong value is told.
 */
export const validatorCompiler: FastifySchemaCompiler<TSchema> = ({ schema }) => {
  const validator = Compile(schema)
  return (value: unknown) => {
    if (validator.Check(value)) return { value }
    const mistakes = new Set(validator.Errors(value).flatMap((error) => mistakesOf(error, schema)))
    const told = [...mistakes].slice(0, MISTAKES_MAX)
    if (mistakes.size > MISTAKES_MAX) told.push('and more')
    return { error: new Error(told.join('; ')) }
  }
}

/** Which member, and why: `products[0].quantity: is missing`. */
function mistakesOf(error: SchemaError, schema: TSchema): readonly string[] {
  const { keyword, params } = error
  const path = pathOf(error.instancePath)
  // Each of the unknown members has an error of its own, with its name.
  if (keyword === 'additionalProperties') return []
  // An unknown member is checked against the schema `false`, which nothing fits.
  if (keyword === 'boolean') return [`${memberName(path)}: is not known`]
  if (keyword === 'required' && 'requiredProperties' in params) {
    const missing = params.requiredProperties as readonly string[]
    return missing.map((name) => `${memberName([...path, name])}: is missing`)
  }
  return [`${memberName(path)}: ${descriptionAt(error.schemaPath, schema) ?? error.message}`]
}

/** What the part of the schema at this pointer wants, as a person says it. */
function descriptionAt(pointer: string, schema: TSchema): string | undefined {
  let part: unknown = schema
  for (const name of pointer.split('/').slice(1)) {
    part = (part as Readonly<Record<string, unknown>> | undefined)?.[name]
  }
  return (part as { readonly description?: string } | undefined)?.description
}

/** The names in a JSON pointer. An index of a list is a number there. Source: RFC 6901. */
function pathOf(pointer: string): MemberPath {
  return pointer
    .split('/')
    .slice(1)
    .map((name) => (INDEX.test(name) ? Number(name) : unescaped(name)))
}

const INDEX = /^\d{1,6}$/

function unescaped(name: string): string {
  return name.replaceAll('~1', '/').replaceAll('~0', '~')
}
