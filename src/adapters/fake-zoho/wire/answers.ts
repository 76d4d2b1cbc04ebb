// Answers in Zoho's shapes.
import type { Json, JsonObject } from '../schema/json.ts'
import { ConnectionReset } from './connection-reset.ts'

/** An answer before it becomes a `Response`. `text: null` means no body. */
export type Answer = {
  readonly status: number
  readonly text: string | null
  readonly contentType: string
  /** The connection is cut in the middle of the body. */
  readonly isCut?: true
}

/** A refusal. Zoho uses this shape for whole calls and for single records. */
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

/** An answer that refuses the call as a whole. */
export function refuse(
  status: number,
  code: string,
  message: string,
  details: JsonObject = {},
): Answer {
  return json(status, refusal(code, message, details))
}

// `Response` throws when one of these has a body.
const STATUSES_WITHOUT_BODY: readonly number[] = [204, 205, 304]

/** @throws {ConnectionReset} when an answer without a body is to be cut. */
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
