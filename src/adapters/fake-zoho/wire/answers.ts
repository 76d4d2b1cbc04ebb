import type { Json, JsonObject } from '../schema/json.ts'
import { ConnectionReset } from './connection-reset.ts'

/** What the fake says, before it becomes a `Response`. `text: null` is an answer with no body. */
export type Answer = {
  readonly status: number
  readonly text: string | null
  readonly contentType: string
  /** The connection is cut in the middle of it. */
  readonly isCut?: true
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

/** @throws {ConnectionReset} for an answer that is cut before it began. */
export function toResponse(answer: Answer, extra: Readonly<Record<string, string>> = {}): Response {
  const { status, text, contentType, isCut } = answer
  if (text === null || STATUSES_WITHOUT_BODY.includes(status)) {
    if (isCut) throw new ConnectionReset()
    return new Response(null, { status, headers: extra })
  }
  const headers = { ...extra, 'content-type': contentType }
  return new Response(isCut ? cutBody(text) : text, { status, headers })
}

function cutBody(text: string): ReadableStream<Uint8Array> {
  const half = new TextEncoder().encode(text.slice(0, text.length / 2))
  let isSent = false
  return new ReadableStream({
    pull(controller) {
      if (isSent) controller.error(new ConnectionReset())
      else controller.enqueue(half)
      isSent = true
    },
  })
}
