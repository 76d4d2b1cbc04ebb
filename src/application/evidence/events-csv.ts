// Events as a CSV table.
import type { EventRecord } from '../log/event-record.ts'
import { csvLine } from './csv.ts'

/** Without this mark a spreadsheet does not read the file as UTF-8. */
const BYTE_ORDER_MARK = '\uFEFF'

const COLUMNS = ['position', 'sale_id', 'sequence', 'type', 'version', 'at', 'actor', 'data']

/** The first line of a table of events. */
export const EVENTS_CSV_HEAD = BYTE_ORDER_MARK + csvLine(COLUMNS)

export function eventCsvLine(event: EventRecord): string {
  const { position, saleId, sequence, type, version, at, actor, data } = event
  const values = [JSON.stringify(actor), JSON.stringify(data)]
  return csvLine([position, saleId, sequence, type, version, at, ...values])
}
