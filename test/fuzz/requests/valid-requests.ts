// Draws requests that the document allows, of each of its operations.

import fc from 'fast-check'
import type {
  Content,
  Operation,
  Parameter,
} from '../../../src/adapters/http/openapi/document-types.ts'
import { DOCUMENT, valuesOf } from './from-schema.ts'
import { BAD_KEYS, type KeyName } from './key-names.ts'
import type { Memory } from './memory.ts'
import { type FuzzRequest, type Target, utf8Bytes } from './request.ts'

/** Every operation of the document: a new one is here by itself. */
export const TARGETS: readonly Target[] = Object.entries(DOCUMENT.paths).flatMap(
  ([template, { get, post }]) => [
    ...(get === undefined ? [] : [{ method: 'GET', template, operation: get } as const]),
    ...(post === undefined ? [] : [{ method: 'POST', template, operation: post } as const]),
  ],
)

/** What reads or writes is asked more often than what answers the same each time. */
const WEIGHTS = { open: 1, read: 4, write: 8 } as const

export function validRequests(memory: Memory): fc.Arbitrary<FuzzRequest> {
  const options = TARGETS.map((target) => ({
    weight: WEIGHTS[kindOf(target)],
    arbitrary: requestsTo(target, memory),
  }))
  return fc.oneof(...options)
}

function kindOf({ method, operation }: Target): keyof typeof WEIGHTS {
  if (method === 'POST') return 'write'
  return operation.security.length === 0 ? 'open' : 'read'
}

/** The keys with which the document lets a request in; any key where it needs none. */
export function goodKeys({ security }: Operation): readonly KeyName[] {
  return security.flatMap(({ apiKey }) => apiKey as readonly KeyName[])
}

export function requestsTo(target: Target, memory: Memory): fc.Arbitrary<FuzzRequest> {
  const { method, template, operation } = target
  const { parameters = [], requestBody } = operation
  const drawn = Object.fromEntries(
    parameters.map((parameter) => [parameter.name, parameterValues(parameter, memory)]),
  )
  return fc
    .record({
      values: fc.record(drawn),
      key: keysFor(operation),
      body: requestBody === undefined ? fc.constant(undefined) : bodies(requestBody.content),
    })
    .map(({ values, key, body }) => ({
      target,
      method,
      path: pathOf(template, parameters, values),
      query: pairsIn('query', parameters, values).map(([name, value]) => [
        encodeURIComponent(name),
        encodeURIComponent(value),
      ]),
      key,
      headers: [
        ['Host', 'gateway'],
        ...(body === undefined ? [] : [['Content-Type', 'application/json'] as const]),
        ...pairsIn('header', parameters, values),
      ],
      ...(body === undefined ? {} : { body }),
      framing: { type: 'length' },
      changes: [],
      isAllowed: true,
      damage: [],
    }))
}

function keysFor(operation: Operation): fc.Arbitrary<KeyName> {
  const good = goodKeys(operation)
  const bad = fc.constantFrom(...BAD_KEYS)
  if (good.length === 0) return fc.oneof(fc.constant<KeyName>('none'), bad)
  const every: readonly KeyName[] = ['contacts:read', 'sales:create', 'sales:read', 'audit:read']
  return fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom(...good) },
    { weight: 1, arbitrary: bad },
    { weight: 1, arbitrary: fc.constantFrom(...every) },
  )
}

type Value = string | undefined

function parameterValues(parameter: Parameter, memory: Memory): fc.Arbitrary<Value> {
  const { name, required, schema, examples = {} } = parameter
  const known = Object.values(examples).map(({ value }) => String(value))
  const fresh = valuesOf(schema).map(String)
  // Only what the schema allows is remembered into a request that is to be allowed.
  const isAllowed = allows(schema)
  const earlier = fc.tuple(fc.nat(), fresh).map(([index, otherwise]) => {
    const recalled = memory.recall(name, index)
    return recalled !== undefined && isAllowed(recalled) ? recalled : otherwise
  })
  const value = fc.oneof(fresh, earlier, ...(known.length > 0 ? [fc.constantFrom(...known)] : []))
  return required ? value : fc.option(value, { nil: undefined, freq: 2 })
}

/** Whether a text that an answer gave is one for a parameter with this schema. */
function allows(schema: object): (text: string) => boolean {
  const {
    type,
    pattern,
    anyOf,
    enum: known,
  } = schema as {
    readonly type?: string
    readonly enum?: readonly string[]
    readonly pattern?: string
    readonly anyOf?: readonly object[]
  }
  if (anyOf !== undefined) return (text) => /^\d{4}-\d\d-\d\d/.test(text)
  if (known !== undefined) return (text) => known.includes(text)
  if (pattern !== undefined) return (text) => new RegExp(pattern).test(text)
  return (text) => type !== 'integer' || /^\d{1,9}$/.test(text)
}

function bodies(content: Readonly<Record<string, Content>>): fc.Arbitrary<{ json: unknown }> {
  const [{ schema, examples = {} }] = Object.values(content) as [Content]
  const known = Object.values(examples).map(({ value }) => value)
  const fresh = valuesOf(schema)
  if (known.length === 0) return fresh.map((json) => ({ json }))
  return fc
    .oneof(
      { weight: 3, arbitrary: fc.constantFrom(...known) },
      { weight: 1, arbitrary: fresh },
      // Some members as in the example, the others drawn: an order of a contact that exists.
      { weight: 2, arbitrary: fc.tuple(fc.constantFrom(...known), fresh, fc.nat()).map(mixed) },
    )
    .map((json) => ({ json }))
}

function mixed([known, fresh, which]: readonly [unknown, unknown, number]): unknown {
  const [one, other] = [known, fresh] as Readonly<Record<string, unknown>>[]
  const names = Object.keys({ ...one, ...other })
  return Object.fromEntries(
    names.map((name, i) => [name, (which >> i) % 2 === 0 ? one?.[name] : other?.[name]]),
  )
}

function pairsIn(
  place: Parameter['in'],
  parameters: readonly Parameter[],
  values: Readonly<Record<string, Value>>,
): readonly (readonly [string, string])[] {
  return parameters
    .filter((parameter) => parameter.in === place)
    .flatMap(({ name }) => {
      const value = values[name]
      return value === undefined ? [] : [[name, place === 'header' ? utf8Bytes(value) : value]]
    })
}

function pathOf(
  template: string,
  parameters: readonly Parameter[],
  values: Readonly<Record<string, Value>>,
): string {
  return pairsIn('path', parameters, values).reduce(
    (path, [name, value]) => path.replace(`{${name}}`, encodeURIComponent(value)),
    template,
  )
}
