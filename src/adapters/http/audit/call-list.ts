import { durationText } from '../../../application/durations.ts'
import type { EventRecord } from '../../../application/event-record.ts'
import { type Html, html } from './html.ts'

/** The calls to the CRM that an event rests on, where its envelope names them. */
export function callList(event: EventRecord): Html | undefined {
  const calls: unknown = 'calls' in event ? event.calls : undefined
  if (!Array.isArray(calls) || calls.length === 0) return undefined
  return html`<ul class="calls">${calls.filter(isObject).map(callItem)}</ul>`
}

function callItem(call: Readonly<Record<string, unknown>>): Html {
  const { operation, module, id, reference, ms, outcome, answer } = call
  const what = [operation, module, id ?? reference].map(shown).filter((text) => text !== '')
  return html`<li><span class="mono">${what.join(' ')}</span> ${shown(outcome)}${
    typeof ms === 'number' && html`, ${durationText(ms)}`
  }${answer !== undefined && html`: <span class="answer">${shown(answer)}</span>`}</li>`
}

function shown(value: unknown): string {
  if (value === undefined || value === null) return ''
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}
