// The tables of sales and of events for spreadsheets: in the language and the zone of the reader.

import { Readable } from 'node:stream'
import type { EventRecord } from '../../../../application/log/event-record.ts'
import type { ListedSale, SaleReader } from '../../../../application/log/sale-reader.port.ts'
import { actorWords, eventWords } from '../../../../application/words/event-words.ts'
import { type Sentence, Time } from '../../../../application/words/sentence.ts'
import { timeText, type Zone } from '../../../../application/words/zone.ts'
import type { EpochMs } from '../../../../domain/time.ts'
import type { PageReader } from '../frame/reader.ts'
import type { SheetColumn } from '../texts/texts.ts'
import { type SalesQuery, salePages } from './downloads.ts'
import {
  BYTE_ORDER_MARK,
  type SheetCell,
  type SheetFormat,
  SheetValue,
  sheetLine,
  sheetTime,
} from './sheet.ts'

/** Characters that a cell of Excel holds. Longer text would go on in the next line. */
const CELL_LENGTH_MAX = 32_767

const SECOND_MS = 1_000

/** The columns of sales, in order. */
const SALE_COLUMNS = [
  'sale',
  'status',
  'requested',
  'ended',
  'seconds',
  'client',
  'contact',
  'deal',
  'quote',
  'salesOrder',
  'amount',
  'currency',
  'failedStep',
  'reason',
] as const satisfies readonly SheetColumn[]

/** The columns of events, in order. */
const EVENT_COLUMNS = [
  'position',
  'sale',
  'sequence',
  'at',
  'type',
  'what',
  'who',
  'data',
] as const satisfies readonly SheetColumn[]

/** The columns with times, whose zone stands in the head. */
const TIMES: ReadonlySet<SheetColumn> = new Set(['requested', 'ended', 'at'])

/** The sales that fit, newest first, read while they are sent. */
export function salesSheet(
  saleReader: SaleReader,
  query: SalesQuery,
  reader: PageReader,
  format: SheetFormat,
): Readable {
  return Readable.from(lines())

  async function* lines(): AsyncGenerator<string> {
    yield headLine(SALE_COLUMNS, reader, format)
    for await (const { sales, amounts } of salePages(saleReader, query)) {
      const cells = sales.map((sale) => saleCells(sale, amounts.get(sale.saleId), reader))
      yield cells.map((line) => sheetLine(line, format)).join('')
    }
  }
}

/** The events in order, read while they are sent. */
export function eventsSheet(
  events: Iterable<EventRecord> | AsyncIterable<EventRecord>,
  reader: PageReader,
  format: SheetFormat,
): Readable {
  return Readable.from(lines())

  async function* lines(): AsyncGenerator<string> {
    yield headLine(EVENT_COLUMNS, reader, format)
    for await (const event of events) yield sheetLine(eventCells(event, reader), format)
  }
}

function headLine(
  columns: readonly SheetColumn[],
  { texts, zone }: PageReader,
  format: SheetFormat,
): string {
  const heads = columns.map((column) => {
    const name = texts.sheet.columns[column]
    return TIMES.has(column) ? texts.filters.inZone(name, zone.name) : name
  })
  return BYTE_ORDER_MARK + sheetLine(heads, format)
}

function saleCells(
  sale: ListedSale,
  priced: string | undefined,
  { words, zone }: PageReader,
): readonly SheetCell[] {
  const { requestedAt, endedAt, failure } = sale
  const [amount, currency = null] = priced?.split(' ') ?? []
  return [
    sale.saleId,
    words.statuses[sale.status],
    sheetTime(zone, requestedAt),
    endedAt === null ? null : sheetTime(zone, endedAt),
    endedAt === null ? null : new SheetValue((endedAt - requestedAt) / SECOND_MS),
    sale.client,
    sale.contactId,
    sale.dealId,
    sale.quoteId,
    sale.salesOrderId,
    amount === undefined ? null : new SheetValue(amount),
    currency,
    failure && words.failedSteps[failure.step],
    failure?.message ?? null,
  ]
}

function eventCells(event: EventRecord, { words, zone, texts }: PageReader): readonly SheetCell[] {
  const { position, saleId, sequence, type, at, actor } = event
  const data = JSON.stringify(event.data)
  return [
    new SheetValue(position),
    saleId,
    sequence === null ? null : new SheetValue(sequence),
    sheetTime(zone, Date.parse(at) as EpochMs),
    type,
    textIn(zone, eventWords(event, words)),
    actorWords(actor, words),
    data.length > CELL_LENGTH_MAX ? texts.sheet.tooLong : data,
  ]
}

/** A sentence as plain text, with its times in this zone. */
function textIn(zone: Zone, { parts }: Sentence): string {
  return parts
    .map((part) => {
      if (typeof part === 'string') return part
      return part instanceof Time ? timeText(zone, part.at) : part.text
    })
    .join('')
}
