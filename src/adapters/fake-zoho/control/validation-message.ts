// Why a request on the control path is refused, as one line for its caller.
import { asObject, type Json, own } from '../schema/json.ts'
import { type SchemaError, TAGGED, type Validator } from './control-schemas.ts'

/** Names the first member that is wrong, and why: `[0].kind.ms: must be number`. */
export function validationMessage(validator: Validator, value: Json | undefined): string {
  return problemAt(validator, value, '')
}

function problemAt(validator: Validator, value: Json | undefined, pointer: string): string {
  const errors = validator.Errors(value)
  const [first] = errors
  if (first === undefined) return 'body: is malformed'
  const place = /^.*\/(kind|latency|state)(?=\/|$)/.exec(first.instancePath)
  if (place !== null) {
    const [inner, name = ''] = place
    return taggedProblem(TAGGED[name], valueAt(value, inner), pointer + inner)
  }
  const why = errors
    .filter(
      ({ instancePath, keyword }) => instancePath === first.instancePath && keyword !== 'anyOf',
    )
    .map(whyOf)
  return `${memberAt(first, pointer)}: ${[...new Set(why)].join(' or ')}`
}

/** The validator of a union only reports that nothing fits; the validator of its type knows why. */
function taggedProblem(
  validators: ReadonlyMap<string, Validator> = new Map(),
  value: Json,
  pointer: string,
): string {
  const object = asObject(value)
  const name = nameOf(pointer)
  if (object === undefined) return `${name}: must be object`
  const validator = validators.get(String(own(object, 'type')))
  return validator === undefined
    ? `${name}.type: must be one of ${[...validators.keys()].join(', ')}`
    : problemAt(validator, object, pointer)
}

function valueAt(value: Json | undefined, pointer: string): Json {
  let inner: Json = value ?? null
  for (const key of pointer.split('/').slice(1)) {
    inner = Array.isArray(inner) ? (inner[Number(key)] ?? null) : own(asObject(inner) ?? {}, key)
  }
  return inner
}

function whyOf({ keyword, params, message }: SchemaError): string {
  // TypeBox checks an unknown member against the schema `false`, which no value fits.
  if (keyword === 'boolean') return 'is not known'
  if (keyword === 'required') return 'is missing'
  if ('allowedValues' in params && Array.isArray(params.allowedValues)) {
    return `must be one of ${params.allowedValues.join(', ')}`
  }
  return 'allowedValue' in params ? `must be ${params.allowedValue}` : message
}

function memberAt({ keyword, instancePath, params }: SchemaError, pointer: string): string {
  const isMissing = keyword === 'required' && 'requiredProperties' in params
  const missing = isMissing ? `/${String(params.requiredProperties).split(',')[0]}` : ''
  return nameOf(pointer + instancePath + missing)
}

/** The JSON pointer `/0/kind/ms` as a JavaScript path: `[0].kind.ms`. */
function nameOf(pointer: string): string {
  const names = pointer.split('/').slice(1)
  const path = names.map((name) => (/^\d+$/.test(name) ? `[${name}]` : `.${name}`)).join('')
  return path === '' ? 'body' : path.replace(/^\./, '')
}
