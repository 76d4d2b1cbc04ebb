import type { Json, JsonObject } from './json.ts'

/** What the fake says, before it becomes a `Response`. `text: null` is an answer with no body. */
export type Answer = {
  readonly status: number
  readonly text: string | null
  readonly contentType: string
}

/** A refusal inside an answer: Zoho has one shape for whole calls and for single records. */
export type Refusal = {
  readonly code: string
  readonly details: JsonObject
  readonly message: string
  readonly status: 'error'
}

const JSON_TYPE = 'application/json;charset=UTF-8'

export const NO_CONTENT: Answer = { status: 204, text: null, contentType: JSON_TYPE }

export function json(status: number, body: Json): Answer {
  return { status, text: JSON.stringify(body), contentType: JSON_TYPE }
}

export function refusal(code: string, message: string, details: JsonObject = {}): Refusal {
  return { code, details, message, status: 'error' }
}

/** The flat form: the call as a whole is refused. */
export function refuse(
  status: number,
  code: string,
  message: string,
  details: JsonObject = {},
): Answer {
  return json(status, refusal(code, message, details))
}

// `Response` throws for a body beside these.
const STATUSES_WITHOUT_BODY: readonly number[] = [204, 205, 304]

export function toResponse(answer: Answer): Response {
  if (answer.text === null || STATUSES_WITHOUT_BODY.includes(answer.status)) {
    return new Response(null, { status: answer.status })
  }
  return new Response(answer.text, {
    status: answer.status,
    headers: { 'content-type': answer.contentType },
  })
}
