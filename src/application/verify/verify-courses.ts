import type { SaleId } from '../../domain/ids.ts'
import { AppError } from '../base/errors.ts'
import { type EventRecord, toSaleEvent } from '../log/event-record.ts'
import type { Report } from './finding.ts'
import { along, beginPath, type SalePath, whyIllegal } from './legal-path.ts'

/**
 * Checks that the events of each sale are a course that a sale can take. A sale whose first event
 * is not among `records` is left out: how it stood before is not known.
 */
export function verifyCourses(records: Iterable<EventRecord>, report: Report): void {
  const paths = new Map<SaleId, SalePath>()
  for (const record of records) {
    const { saleId, sequence } = record
    if (saleId === null) continue
    const path = sequence === 1 ? beginPath(saleId) : paths.get(saleId)
    if (path !== undefined) paths.set(saleId, advanced(path, record, report))
  }
}

function advanced(path: SalePath, record: EventRecord, report: Report): SalePath {
  const place = `position ${record.position}`
  try {
    const event = toSaleEvent(record)
    const why = whyIllegal(path, event)
    if (why !== undefined) report(place, `${event.type} cannot follow: ${why}`)
    return along(path, event)
  } catch (error) {
    // A TypeError comes from a body that lacks a member of its type.
    if (!(error instanceof AppError) && !(error instanceof TypeError)) throw error
    report(place, `it cannot be read: ${error.message}`)
    return path
  }
}
