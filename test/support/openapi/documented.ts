// Judges an answer of the gateway by the OpenAPI document.

import { Compile } from 'typebox/schema'
import { OPENAPI, resolved } from '../../../src/adapters/http/openapi/document.ts'
import type {
  Answer,
  Header,
  Operation,
} from '../../../src/adapters/http/openapi/document-types.ts'

/** A request, and what came back for it. Names of headers are in small letters. */
export type Exchange = {
  /** In capitals. */
  readonly method: string
  /** The path with its query. */
  readonly url: string
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  readonly body: string
}

/** Headers of the connection and of the body itself, which OpenAPI does not describe. */
const OF_THE_WIRE = ['content-type', 'content-length', 'date', 'keep-alive', 'transfer-encoding']

/** The auditor's pages are for a browser. The document does not describe them, and says so. */
const UNDESCRIBED = /^\/audit(\/|\?|$)/

/**
 * What is not as the document says, each in a sentence; empty for an answer that is.
 */
export function undocumented(exchange: Exchange): readonly string[] {
  if (UNDESCRIBED.test(exchange.url)) return []
  const { what, answers } = expectedOf(exchange)
  const found = answers[exchange.status]
  if (found === undefined) {
    const known = Object.keys(answers).join(', ')
    return [`${what}: status ${exchange.status} is not documented, only ${known}`]
  }
  const answer = resolved<Answer>(found)
  const where = `${what}, ${exchange.status}`
  return [...headerFlaws(answer, exchange), ...bodyFlaws(answer, exchange)].map(
    (flaw) => `${where}: ${flaw}`,
  )
}

/** @throws {Error} for an answer that the document does not have. */
export function assertDocumented(exchange: Exchange): void {
  const flaws = undocumented(exchange)
  if (flaws.length === 0) return
  throw new Error(
    `not as in docs/openapi.json:\n${flaws.join('\n')}\n${exchange.body.slice(0, 500)}`,
  )
}

type Expected = { readonly what: string; readonly answers: Operation['responses'] }

/** Which answers the document has for this request. HEAD is answered as GET. */
function expectedOf({ method, url }: Exchange): Expected {
  const path = url.split(/[?#]/, 1)[0] ?? ''
  const others = OPENAPI['x-other-requests']
  const known = PATHS.find(({ pattern }) => pattern.test(path))
  if (known === undefined) {
    const { 405: _, ...answers } = others
    return { what: `${method} of an unknown path`, answers }
  }
  const operation = known.operations[method === 'HEAD' ? 'GET' : method]
  if (operation !== undefined)
    return { what: `${method} ${known.name}`, answers: operation.responses }
  const { 404: _, ...answers } = others
  return { what: `${method} ${known.name}, which it does not have`, answers }
}

type KnownPath = {
  readonly name: string
  readonly pattern: RegExp
  readonly operations: Readonly<Record<string, Operation | undefined>>
}

const PATHS: readonly KnownPath[] = Object.entries(OPENAPI.paths).map(([name, { get, post }]) => ({
  name,
  pattern: new RegExp(`^${name.replaceAll('.', '\\.').replace(/\{\w+\}/g, '[^/]*')}$`),
  operations: { GET: get, POST: post },
}))

function headerFlaws(answer: Answer, { headers }: Exchange): readonly string[] {
  const documented = Object.entries(answer.headers).map(
    ([name, header]) => [name.toLowerCase(), resolved<Header>(header)] as const,
  )
  const names = documented.map(([name]) => name)
  const unknown = Object.keys(headers).filter(
    (name) => headers[name] !== undefined && !OF_THE_WIRE.includes(name) && !names.includes(name),
  )
  return [
    ...unknown.map((name) => `the header ${name} is not documented`),
    ...documented.flatMap(([name, { required, schema }]) => {
      const value = headers[name]
      if (value === undefined) return required ? [`the header ${name} is missing`] : []
      const read = 'type' in schema && schema.type === 'integer' ? Number(value) : String(value)
      return flawsOf(schema, read).map((flaw) => `the header ${name}: ${value}: ${flaw}`)
    }),
  ]
}

function bodyFlaws(answer: Answer, { method, headers, body }: Exchange): readonly string[] {
  if (method === 'HEAD') return body === '' ? [] : ['HEAD has a body']
  const [type = '', parameters = ''] = String(headers['content-type'] ?? 'none').split(/; */)
  const content = answer.content?.[type]
  if (content === undefined) return [`the content type ${type} is not documented`]
  if (type.endsWith('json') && !['charset=utf-8', ''].includes(parameters)) {
    return [`the content type has ${parameters}`]
  }
  const { schema } = content
  if (type === 'application/json') return jsonFlaws(schema, body)
  if (!('contentSchema' in schema)) return flawsOf(schema, body)
  const lines = body.split('\n')
  if (lines.pop() !== '') return ['the last line has no end']
  return lines.flatMap((line) => jsonFlaws(schema.contentSchema as object, line))
}

function jsonFlaws(schema: object, text: string): readonly string[] {
  try {
    return flawsOf(schema, JSON.parse(text))
  } catch {
    return ['the body is not JSON']
  }
}

/** Compiled once each: a suite has thousands of answers. */
const validators = new Map<object, ReturnType<typeof Compile>>()

function flawsOf(schema: object, value: unknown): readonly string[] {
  let validator = validators.get(schema)
  if (validator === undefined) {
    // References in it begin at the root of the document.
    validator = Compile({ components: OPENAPI.components, ...schema })
    validators.set(schema, validator)
  }
  if (validator.Check(value)) return []
  const [, errors] = validator.Errors(value)
  return errors.map(({ instancePath, message }) => `${instancePath || 'it'} ${message}`)
}
