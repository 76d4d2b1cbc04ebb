import { callHtml } from '../../../../application/evidence/report/call-html.ts'
import { type Html, html } from '../../../../application/evidence/report/html.ts'
import type { EventRecord } from '../../../../application/log/event-record.ts'
import type { Words } from '../../../../application/words/words.ts'

/** The calls to the CRM that an event rests on. */
export function callList(
  { calls = [], earlierCalls = 0 }: EventRecord,
  words: Words,
): Html | undefined {
  if (calls.length === 0) return undefined
  const before = earlierCalls > 0 && html`<li>${words.calls.earlier(earlierCalls)}</li>`
  return html`<ul class="calls">${before}${calls.map((call) => html`<li>${callHtml(call, words)}</li>`)}</ul>`
}
