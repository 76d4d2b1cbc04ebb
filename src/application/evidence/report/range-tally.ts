// Counts what happened in a part of the log, event by event.
import type { EventRecord } from '../../log/event-record.ts'
import type { ReportWords } from '../../words/report-words.ts'

/** Failed sales that a report lists at most; all are in events.csv. */
export const FAILED_LISTED_MAX = 1_000

export type FailedSale = {
  readonly saleId: string
  readonly at: string
  readonly step: string
  readonly reason: string
  /** The end of its rollback, as far as the range shows it. */
  end: keyof ReportWords['range']['ends']
}

/** The counts so far. Of sales only those that failed are held, up to FAILED_LISTED_MAX. */
export type RangeTally = {
  readonly events: number
  /** Rollbacks of listed sales that a former owner opened again: such a sale is rolled back twice. */
  readonly reopened: number
  /** By type; events that cannot be read have an empty one. */
  readonly types: ReadonlyMap<string, number>
  readonly failed: ReadonlyMap<string, FailedSale>
  readonly firstAt: string
  readonly lastAt: string
  /** `undefined` for an event that cannot be read. */
  add(record: EventRecord | undefined): void
}

const ENDS: Readonly<Record<string, FailedSale['end']>> = {
  SaleRolledBack: 'rolledBack',
  SaleStuck: 'stuck',
}

export function makeRangeTally(): RangeTally {
  const types = new Map<string, number>()
  const failed = new Map<string, FailedSale>()
  let events = 0
  let reopened = 0
  let [firstAt, lastAt] = ['', '']

  return {
    types,
    failed,
    get events() {
      return events
    },
    get reopened() {
      return reopened
    },
    get firstAt() {
      return firstAt
    },
    get lastAt() {
      return lastAt
    },

    add(record) {
      events += 1
      const { type = '', at = '', saleId = null, data = {} } = record ?? {}
      types.set(type, (types.get(type) ?? 0) + 1)
      if (firstAt === '' || at < firstAt) firstAt = at
      if (at > lastAt) lastAt = at
      if (saleId === null) return
      const known = failed.get(saleId)
      if (type === 'OwnerWoke' && known?.end === 'rolledBack') {
        reopened += 1
        known.end = 'goingOn'
      }
      const end = ENDS[type]
      if (known !== undefined && end !== undefined) known.end = end
      if (type !== 'CompensationRequired' || failed.size >= FAILED_LISTED_MAX) return
      const [step, reason] = [data['failedStep'], data['reason']].map(String)
      failed.set(saleId, {
        saleId,
        at,
        step: step ?? '',
        reason: reason ?? '',
        end: 'goingOn',
      })
    },
  }
}
