// A JSON schema in the words of a page.

import type { TSchema } from 'typebox'
import { type Html, type HtmlValue, html } from '../../../application/evidence/report/html.ts'

/** The keywords of JSON Schema that the document uses. */
export type Schema = {
  readonly $ref?: string
  readonly type?: string
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly Schema[]
  readonly items?: Schema
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly description?: string
  readonly format?: string
  readonly pattern?: string
  readonly minimum?: number
  readonly exclusiveMinimum?: number
  readonly maximum?: number
  readonly minItems?: number
  readonly maxItems?: number
  readonly maxLength?: number
  readonly default?: unknown
  readonly contentSchema?: Schema
}

/** TypeBox's types show what a schema is made of one by one; a page asks for any of it. */
export function readable(schema: TSchema): Schema {
  return schema as Schema
}

/** What a value is, in a few words, with links to the shapes. */
export function typeWords(schema: Schema): HtmlValue {
  if (schema.$ref !== undefined) return shapeLink(schema.$ref.split('/').at(-1) ?? '')
  if (schema.const !== undefined) return html`<code>${JSON.stringify(schema.const)}</code>`
  if (schema.enum !== undefined) {
    return separated(
      schema.enum.map((value) => html`<code>${String(value)}</code>`),
      ', ',
    )
  }
  if (schema.anyOf !== undefined) return separated(schema.anyOf.map(typeWords), ' or ')
  if (schema.items !== undefined) return html`list of ${typeWords(schema.items)}${limits(schema)}`
  if (schema.contentSchema !== undefined) return html`lines of ${typeWords(schema.contentSchema)}`
  const name = NAMES[schema.format ?? ''] ?? NAMES[schema.type ?? ''] ?? 'any value'
  // Words say it better, where there are some.
  const isTold = schema.pattern === undefined || schema.description !== undefined
  const pattern = isTold ? '' : html` <code>${schema.pattern}</code>`
  return html`${name}${limits(schema)}${pattern}`
}

const NAMES: Readonly<Record<string, string>> = {
  string: 'text',
  integer: 'whole number',
  number: 'number',
  object: 'object',
  boolean: 'true or false',
  null: 'null',
  date: 'day',
  'date-time': 'time',
  'idn-email': 'e-mail address',
}

function limits(schema: Schema): string {
  const { minimum, maximum, exclusiveMinimum, minItems, maxItems, maxLength } = schema
  const parts = [
    exclusiveMinimum === undefined ? '' : `above ${exclusiveMinimum}`,
    minimum === undefined ? '' : `from ${minimum}`,
    maximum === undefined || maximum === Number.MAX_SAFE_INTEGER ? '' : `at most ${maximum}`,
    minItems === undefined ? '' : `from ${minItems}`,
    maxItems === undefined ? '' : `at most ${maxItems}`,
    maxLength === undefined ? '' : `at most ${maxLength} characters`,
    schema.default === undefined ? '' : `${schema.default} if left out`,
  ].filter((part) => part !== '')
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`
}

/** The members of an object, one a row; `undefined` for what is no object with members. */
export function memberRows({ properties, required = [] }: Schema): Html | undefined {
  if (properties === undefined) return undefined
  const rows = Object.entries(properties).map(([name, member]) => {
    const optional = required.includes(name) ? '' : html` <span class="muted">optional</span>`
    return row(html`<code>${name}</code>${optional}`, typeWords(member), member.description)
  })
  const inner = Object.entries(properties).flatMap(([name, member]) => innerRows(name, member))
  return html`<dl class="members">${rows}${inner}</dl>`
}

/** The members of an object within, or of the objects of a list. */
function innerRows(name: string, { properties, items, anyOf }: Schema): readonly Html[] {
  if (items !== undefined) return innerRows(`${name}[]`, items)
  const inner = properties ?? anyOf?.find((one) => one.properties !== undefined)?.properties
  return Object.entries(inner ?? {}).map(([member, schema]) =>
    row(html`<code>${name}.${member}</code>`, typeWords(schema), schema.description),
  )
}

/** One row of a list: a name, what it is, and what is to be said of it. */
export function row(name: HtmlValue, type: HtmlValue, description: string | undefined): Html {
  const words = description === undefined ? '' : html`<p>${description}</p>`
  return html`<div><dt>${name}</dt><dd><p class="type">${type}</p>${words}</dd></div>`
}

function shapeLink(name: string): Html {
  return html`<a href="#shape-${name}">${name}</a>`
}

function separated(parts: readonly HtmlValue[], by: string): HtmlValue {
  return parts.map((part, i) => (i === 0 ? part : html`${by}${part}`))
}
