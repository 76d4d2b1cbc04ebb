// `POST /crm/v8/__composite_requests`: several calls in one, with or without a roll-back.
import { type Operation, operationOf } from '../faults/operation.ts'
import { asObject, type Json, type JsonObject, own, parseJson } from '../schema/json.ts'
import { moduleNamed } from '../schema/modules.ts'
import { type Answer, json, refusal, refuse } from '../wire/answers.ts'
import type { Call } from '../wire/call.ts'
import type { World } from '../world/world.ts'

/** Zoho's limit. */
const CALLS_MAX = 5

type Prepare = (call: Call, operation: Operation, world: World) => () => Answer

/** One call of the list, as it was answered. */
type Part = { readonly path: string; readonly status: number; readonly body: Json }

/** A reference to the answer of an earlier call; only to the id of a new record. */
const REFERENCE = /@\{(\w+):\$\.data\[0\]\.details\.id\}/g

/** Makes the calls one after the other, and stops at the first that is refused. */
export function composeCalls(call: Call, world: World, prepare: Prepare): Answer {
  const { compositeCalls } = world.settings.current
  if (compositeCalls === 'unknown') {
    return refuse(404, 'INVALID_URL_PATTERN', 'the URL given seems to be invalid')
  }
  const body = asObject(parseJson(call.bodyText)) ?? {}
  const items = own(body, '__composite_requests')
  if (!Array.isArray(items) || items.length === 0 || items.length > CALLS_MAX) {
    return refuse(400, 'INVALID_DATA', 'invalid data', { api_name: '__composite_requests' })
  }
  const ids = new Map<string, string>()
  const parts: Part[] = []
  for (const item of items) {
    const part = makeCall(asObject(item) ?? {}, call, world, prepare, ids)
    parts.push(part)
    if (part.status >= 400) break
  }
  const failedAt = parts.findIndex(({ status }) => status >= 400)
  if (failedAt < 0) return json(200, { __composite_requests: parts.map(executed) })
  const isRolledBack = own(body, 'rollback_on_fail') === true && compositeCalls === 'rolledBack'
  if (!isRolledBack) return json(207, { __composite_requests: parts.map(executed) })
  for (const part of parts.slice(0, failedAt)) undo(part, world)
  const answers = items.map((_item, index) => {
    const failed = parts[index]
    if (index === failedAt && failed !== undefined) return executed(failed)
    const code = index < failedAt ? 'ROLLBACK_PERFORMED' : 'PROCESSING_STOPPED'
    return refusal(code, 'the transaction was rolled back', {
      rollbacked_by_sub_request_index: failedAt,
    })
  })
  return json(400, { __composite_requests: answers })
}

function makeCall(
  item: JsonObject,
  outer: Call,
  world: World,
  prepare: Prepare,
  ids: Map<string, string>,
): Part {
  const text = JSON.stringify(own(item, 'body') ?? {})
  const bodyText = text.replaceAll(REFERENCE, (_all, name: string) => ids.get(name) ?? '')
  const url = new URL(String(own(item, 'uri')), outer.url)
  const method = String(own(item, 'method'))
  const inner = { ...outer, method, url, bodyText, parameters: url.searchParams }
  const answer = prepare(inner, operationOf({ method, url: url.href }, bodyText), world)()
  const body = answer.text === null ? null : (parseJson(answer.text) ?? null)
  const id = createdId(body)
  if (id !== undefined) ids.set(String(own(item, 'sub_request_id')), id)
  return { path: url.pathname, status: answer.status, body }
}

function createdId(body: Json): string | undefined {
  const data = own(asObject(body) ?? {}, 'data')
  const [first] = Array.isArray(data) ? data : []
  const id = own(asObject(own(asObject(first ?? null) ?? {}, 'details')) ?? {}, 'id')
  return typeof id === 'string' ? id : undefined
}

function executed({ status, body }: Part): JsonObject {
  return {
    code: 'SUCCESS',
    details: { response: { status_code: status, headers: {}, body } },
    message: 'composite sub request executed successfully',
    status: 'success',
  }
}

function undo({ path, body }: Part, { records }: World): void {
  const module = moduleNamed(path.split('/')[3])
  const id = createdId(body)
  if (module !== undefined && id !== undefined) records.remove(module, id)
}
