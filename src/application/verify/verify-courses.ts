import type { SaleId } from '../../domain/ids.ts'
import { initialSale } from '../../domain/sale/state.ts'
import { AppError } from '../base/errors.ts'
import { type EventRecord, toSaleEvent } from '../log/event-record.ts'
import type { Report } from './finding.ts'
import { advance, pathFrom, type SalePath } from './legal-path.ts'

/**
 * Checks that the events of each sale are a course that a sale can take. A sale whose first event
 * is not among `records` is left out: how it stood before is not known.
 */
export function verifyCourses(records: Iterable<EventRecord>, report: Report): void {
  const paths = new Map<SaleId, SalePath>()
  for (const record of records) {
    const { saleId, sequence } = record
    if (saleId === null) continue
    const path = sequence === 1 ? pathFrom(initialSale(saleId)) : paths.get(saleId)
    if (path !== undefined) paths.set(saleId, advanced(path, record, report))
  }
}

function advanced(path: SalePath, record: EventRecord, report: Report): SalePath {
  const place = `position ${record.position}`
  try {
    const event = toSaleEvent(record)
    const after = advance(path, event)
    const { whyIllegal } = after
    if (whyIllegal !== undefined) report(place, `${event.type} cannot follow: ${whyIllegal}`)
    return after
  } catch (error) {
    // A TypeError comes from a body that lacks a member of its type.
    if (!(error instanceof AppError) && !(error instanceof TypeError)) throw error
    report(place, `it cannot be read: ${error.message}`)
    return path
  }
}
