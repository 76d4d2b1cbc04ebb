import { type Html, html } from '../../../../application/evidence/report/html.ts'
import type { CrmCall } from '../../../../application/log/crm-call.ts'
import { durationText } from '../../../../application/log/durations.ts'
import type { EventRecord } from '../../../../application/log/event-record.ts'

/** The calls to the CRM that an event rests on. */
export function callList({ calls = [], earlierCalls = 0 }: EventRecord): Html | undefined {
  if (calls.length === 0) return undefined
  const before = earlierCalls > 0 && html`<li>${earlierCalls} calls before these</li>`
  return html`<ul class="calls">${before}${calls.map(callItem)}</ul>`
}

function callItem(call: CrmCall): Html {
  const which = call.operation === 'create' ? call.reference : call.id
  return html`<li><span class="mono">${call.operation} ${call.module} ${which}</span> ${
    call.outcome
  }, ${durationText(call.ms)}: <span class="answer">${call.answer}</span></li>`
}
