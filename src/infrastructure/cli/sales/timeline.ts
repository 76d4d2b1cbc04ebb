// A sale as text, for `gateway sales show`.
import type { CrmCall } from '../../../application/log/crm-call.ts'
import type { Actor, EventRecord } from '../../../application/log/event-record.ts'
import type { SaleHistory } from '../../../application/log/sale-reader.port.ts'

/** Letters before the data of an event, where a line that is too long goes on. */
export const TIMELINE_INDENT = 15

/** The part of a sale that its timeline shows. */
export type TimelineSale = Pick<SaleHistory, 'saleId' | 'status' | 'failure' | 'events'>

/**
 * The lines about a sale: its status and who asked for it, then each event with the seconds since
 * the first, and under an event the calls to the CRM before it and what they returned.
 */
export function timeline(sale: TimelineSale): readonly string[] {
  const [first] = sale.events
  const startedAt = Date.parse(first?.at ?? '')
  const head = `Sale ${sale.saleId}: ${sale.status.replace('_', ' ')}`
  const why = sale.failure === null ? [] : [`  ${sale.failure.step}: ${sale.failure.message}`]
  const who = first === undefined ? [] : [`  for ${nameOf(first.actor)}`]
  const events = sale.events.flatMap((event) => [eventLine(event, startedAt), ...callLines(event)])
  return [head, ...who, ...why, ...events]
}

function nameOf(actor: Actor): string {
  if ('operator' in actor) return `operator ${actor.operator}`
  if ('system' in actor) return actor.system
  const { client, keyId, address } = actor
  return `${client}, key ${keyId}${address ? `, from ${address}` : ''}`
}

function callLines({ calls = [], earlierCalls }: EventRecord): readonly string[] {
  const earlier = earlierCalls === undefined ? [] : [`${earlierCalls} calls before these`]
  return [...earlier, ...calls.map(callText)].map((text) => `               ${text}`)
}

function callText(call: CrmCall): string {
  const { operation, module, ms, outcome, answer } = call
  const which = call.operation === 'delete' ? ` ${call.id}` : ''
  return `${operation} ${module}${which}: ${outcome} after ${ms} ms: ${answer}`
}

function eventLine(event: EventRecord, startedAt: number): string {
  const seconds = (Date.parse(event.at) - startedAt) / 1_000
  const sign = seconds < 0 ? '' : '+'
  return `  ${`${sign}${seconds.toFixed(3)} s`.padStart(11)}  ${event.type.padEnd(20)} ${detail(event)}`.trimEnd()
}

/** The data of an event as text; of a list only its length. */
function detail(event: EventRecord): string {
  return Object.entries(event.data)
    .map(([name, value]) => `${name} ${short(value)}`)
    .join(', ')
}

function short(value: unknown): string {
  if (Array.isArray(value)) return `(${value.length})`
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value)
}
