// Judges one answer of the fuzz: by the document, by the contract, and by what was asked.

import { resolved } from '../../../src/adapters/http/openapi/document.ts'
import { undocumented } from '../../support/openapi/documented.ts'
import { isBad } from '../requests/key-names.ts'
import type { FuzzRequest } from '../requests/request.ts'
import { goodKeys } from '../requests/valid-requests.ts'
import { isWhole } from '../wire/connections.ts'
import type { WireAnswer } from '../wire/parse-answer.ts'
import { disorderIn } from './member-order.ts'

export type Asked = {
  readonly request: FuzzRequest
  /** As they stand in the first line. */
  readonly method: string
  readonly url: string
}

/** What is wrong with the answer to a whole request, each in a sentence. */
export function flawsOf(asked: Asked, answer: WireAnswer): readonly string[] {
  const { request } = asked
  const { status, headers, body } = answer
  // Nobody has read the method of such a request, either.
  const method = isUnread(answer) ? 'GET' : asked.method
  const url = isUnread(answer) ? '*' : asRouted(asked.url)
  return [
    ...answer.flaws,
    ...undocumented({ method, url, status, headers, body }),
    ...faultFlaws(answer),
    ...formFlaws(asked, answer),
    ...idFlaws(request, answer),
    ...accessFlaws(request, answer),
  ]
}

/**
 * What is wrong with the answers to bytes that may be no request, or several. Each has to be one that
 * the document has for what their first line asks, or for what cannot be read.
 */
export function damagedFlaws(
  asked: Asked,
  bytes: string,
  answers: readonly (WireAnswer | 'silent')[],
): readonly string[] {
  if (answers.length === 0) return mayBeSilent(bytes) ? [] : ['no answer at all']
  return answers.flatMap((answer) => {
    if (answer === 'silent') return ['no answer in time']
    const { status, headers, body } = answer
    const readings = [
      { method: asked.method, url: asRouted(asked.url) },
      { method: 'GET', url: '*' },
      ...(answer === answers[0] ? [] : [{ method: 'GET', url: '/livez' }]),
    ].map((reading) => undocumented({ ...reading, status, headers, body }))
    const [first = []] = readings
    const isKnown = readings.some((flaws) => flaws.length === 0)
    return [...answer.flaws, ...(isKnown ? [] : first), ...faultFlaws(answer)]
  })
}

/** Whoever ends before a request is whole is owed no answer; or the connection was reset while more was sent than the other side reads. */
function mayBeSilent(bytes: string): boolean {
  return !isWhole(bytes) || bytes.length > READ_BYTES_MIN
}

/** What a server reads at least before it closes a connection. Beyond it, its answer may be lost on the way. */
const READ_BYTES_MIN = 16 * 1024

/** Whether nobody has read the request: its bytes are none, or are too many. Any request may be answered so. */
function isUnread({ status, headers }: WireAnswer): boolean {
  return [400, 408, 431].includes(status) && !('cache-control' in headers)
}

/** The answers that a whole request of the document may have that is refused for no fault of its caller. */
const ACCEPTED = [200, 409, 422, 429, 500, 502, 503, 504]

/** What the document allows by each parameter, and not by all together. */
const REFUSED_TOGETHER =
  /^\{"status":"error","message":"(?:from: must not be above \\"to\\"|to: is more than the log has)"\}$/

/** The key decides first, then the scope; the rest of an allowed request is taken. */
function accessFlaws(request: FuzzRequest, { status, body }: WireAnswer): readonly string[] {
  const { target, key, isAllowed, changes } = request
  const good = goodKeys(target.operation)
  const isSecured = good.length > 0
  const isGood = good.includes(key)
  if (isSecured && !isGood && status < 300 && !leaves(request)) return [`${key} was let in`]
  if (!isAllowed) return []
  const what = changes.length === 0 ? 'an allowed request' : `with ${changes.join(', ')}`
  if (isSecured && isBad(key)) return among([401, 429, 503], status, `the key is ${key}`)
  if (isSecured && !isGood) return among([403, 429, 503], status, `the key is for ${key}`)
  const mayBeNothing = '404' in target.operation.responses
  if (status === 400 && REFUSED_TOGETHER.test(body)) return []
  return among([...ACCEPTED, ...(mayBeNothing ? [404] : [])], status, what)
}

/** Whether the change may have made it a request to another operation. */
function leaves({ target, path, method, damage }: FuzzRequest): boolean {
  const template = new RegExp(`^${target.template.replace(/\{\w+\}/, '[^/]+')}$`)
  return damage.length > 0 || method !== target.method || !template.test(path)
}

function among(wanted: readonly number[], status: number, what: string): readonly string[] {
  return wanted.includes(status) ? [] : [`${what}, and it is answered ${status}`]
}

/** A 500 is a sale that failed, as published, and nothing else. Source: CONTRACT, 3. */
function faultFlaws({ status, body }: WireAnswer): readonly string[] {
  if (status !== 500 || body === '{"status":"failed","message":"Failed."}') return []
  return [`a 500 that is no failed sale: ${body.slice(0, 200)}`]
}

/** The operations whose answers are published to the letter. */
const PUBLISHED = ['getContact', 'createSales']

/** Compact JSON, letters as they are; of what is published, members in the order of the document. Source: CONTRACT, 3. */
function formFlaws({ method, url, request }: Asked, answer: WireAnswer): readonly string[] {
  const { status, headers, body } = answer
  const type = headers['content-type'] ?? ''
  if (method === 'HEAD' || !type.startsWith('application/json')) return []
  if (asRouted(url).startsWith('/openapi.json') && status === 200) return []
  const value = parsed(body)
  if (value === undefined) return ['the body is not JSON']
  const isCompact = JSON.stringify(value) === body
  const found = request.target.operation.responses[status]
  const { content = {} } = found === undefined ? {} : resolved(found)
  const schema = content['application/json']?.schema
  const isPublished = PUBLISHED.includes(request.target.operation.operationId)
  return [
    ...(isCompact ? [] : ['the JSON is not compact, or writes letters as escapes']),
    ...(schema === undefined || !isPublished ? [] : disorderIn(schema, value)),
  ]
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const REQUEST_ID = /^[A-Za-z0-9._-]{8,64}$/

/** The caller's own request id comes back, where it has the form; nothing else of it does. */
function idFlaws({ headers, damage }: FuzzRequest, answer: WireAnswer): readonly string[] {
  const given = headers.filter(([name]) => name.toLowerCase() === 'x-request-id')
  const [, id] = given[0] ?? []
  const came = answer.headers['x-request-id']
  // Bytes that are no request are answered before anybody has read their headers.
  const isRead = damage.length === 0 && 'cache-control' in answer.headers
  if (id === undefined || given.length > 1 || !isRead) return []
  const own = id.trim()
  if ((own === came) === REQUEST_ID.test(own)) return []
  return [`the X-Request-Id ${JSON.stringify(own)} was answered as ${came}`]
}

/** Letters that mean the same with and without their escape. Source: RFC 3986, 2.3. */
const ESCAPED_LETTER = /%(4[1-9a-f]|5[0-9af]|6[1-9a-f]|7[0-9ae]|3\d|2[de])/gi

/** The path as a server reads it: of the whole address only the path, and no needless escapes. */
function asRouted(url: string): string {
  const path = url.replace(/^https?:\/\/[^/?#]*/i, '').replace(/#.*$/s, '')
  const [before = '', ...query] = (path.startsWith('/') ? path : `/${path}`).split('?')
  const plain = before.replaceAll(ESCAPED_LETTER, (one) => decodeURIComponent(one))
  return [plain, ...query].join('?')
}
