import type { CrmCall } from '../../log/crm-call.ts'
import { durationText } from '../../words/durations.ts'
import type { Words } from '../../words/words.ts'
import { type Html, html } from './html.ts'
import { quoted } from './sentence-html.ts'

/** A call to the CRM in words: what was asked for, how it ended, how long it took, the answer. */
export function callHtml(call: CrmCall, words: Words): Html {
  const { operations, outcomes } = words.calls
  const which = call.operation === 'create' ? call.reference : call.id
  const named = html`<span class="mono">${operations[call.operation]} ${quoted(call.module, words)} ${which}</span>`
  return html`${named} ${outcomes[call.outcome]}, ${durationText(call.ms, words)}: <span class="answer">${quoted(call.answer, words)}</span>`
}
