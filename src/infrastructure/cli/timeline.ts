import type { EventRecord } from '../../application/event-record.ts'
import type { SaleHistory } from '../../application/ports/sale-log.ts'

/** What the timeline of a sale is made of; the HTTP answer has it, too. */
export type TimelineSale = Pick<SaleHistory, 'saleId' | 'status' | 'failure' | 'events'>

/** A sale for a person: how it ended, then each event with the seconds since the first. */
export function timeline(sale: TimelineSale): readonly string[] {
  const [first] = sale.events
  const startedAt = Date.parse(first?.at ?? '')
  const head = `Sale ${sale.saleId}: ${sale.status.replace('_', ' ')}`
  const why = sale.failure === null ? [] : [`  ${sale.failure.step}: ${sale.failure.message}`]
  return [head, ...why, ...sale.events.map((event) => eventLine(event, startedAt))]
}

function eventLine(event: EventRecord, startedAt: number): string {
  const seconds = ((Date.parse(event.at) - startedAt) / 1_000).toFixed(3)
  return `  ${`+${seconds} s`.padStart(11)}  ${event.type.padEnd(20)} ${detail(event)}`.trimEnd()
}

/** The members that say most, as text; lists by their length. */
function detail(event: EventRecord): string {
  return Object.entries(event.data)
    .map(([name, value]) => `${name} ${short(value)}`)
    .join(', ')
}

function short(value: unknown): string {
  if (Array.isArray(value)) return `(${value.length})`
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value)
}
