// True answers made wrong, one way each.
import { asObject, type Json, own, parseJson } from '../schema/json.ts'
import { type Answer, json, refusal } from '../wire/answers.ts'

/** 10 MiB */
const HUGE_BYTES = 10_485_760

/** The connection is cut in the middle of the answer. */
export function cut(answer: Answer): Answer {
  return { ...answer, isCut: true }
}

/** The JSON stays valid: only its size is wrong. */
export function huge(answer: Answer, bytes = HUGE_BYTES): Answer {
  const status = answer.status === 204 ? 200 : answer.status
  const text = answer.text ?? '{}'
  const missing = Math.max(bytes - new TextEncoder().encode(text).length, 0)
  return { ...answer, status, text: text + ' '.repeat(missing) }
}

/** Ids as JSON numbers with all their digits, more than a JavaScript number holds. */
export function withNumbersForIds(answer: Answer): Answer {
  return { ...answer, text: answer.text?.replaceAll(/"id":"(\d+)"/g, '"id":$1') ?? null }
}

/** Members that no document names, in each object of the answer. */
export function withExtraMembers(answer: Answer): Answer {
  const body = parseJson(answer.text ?? '')
  return body === undefined ? answer : { ...answer, text: JSON.stringify(extended(body)) }
}

function extended(value: Json): Json {
  if (Array.isArray(value)) return value.map(extended)
  const object = asObject(value)
  if (object === undefined) return value
  const members = Object.entries(object).map(([name, inner]) => [name, extended(inner)] as const)
  return { $zia_visions: null, ...Object.fromEntries(members), $rev: [{ id: 7 }], next: 'later' }
}

/** A success that names no record. */
export function withoutData({ status }: Answer): Answer {
  return json(status === 201 ? 201 : 200, { data: [] })
}

/** Each DUPLICATE_DATA inside a MULTIPLE_OR_MULTI_ERRORS, as Zoho sends several errors at once. */
export function withNestedDuplicates(answer: Answer): Answer {
  const items = itemsOf(answer)
  if (items.length === 0) return answer
  const nested = items.map((item) =>
    own(asObject(item) ?? {}, 'code') === 'DUPLICATE_DATA'
      ? refusal('MULTIPLE_OR_MULTI_ERRORS', 'Multiple errors in the request', { errors: [item] })
      : item,
  )
  return json(answer.status, { data: nested })
}

/** One refusal more than the call has records. */
export function mixed(answer: Answer): Answer {
  const items = itemsOf(answer)
  const json_path = `$.data[${items.length}]`
  const another = refusal('INVALID_DATA', 'invalid data', { api_name: 'data', json_path })
  return json(207, { data: [...items, another] })
}

function itemsOf({ text }: Answer): readonly Json[] {
  const data = own(asObject(parseJson(text ?? '')) ?? {}, 'data')
  return Array.isArray(data) ? data : []
}
