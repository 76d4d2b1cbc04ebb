// Finds the records in the CRM that no sale in the log accounts for, and the other way round.

import type { CrmId, SaleId } from '../../domain/ids.ts'
import { parseReference, referenceOf } from '../../domain/sale/reference.ts'
import { CREATE_STEPS, type CreateStep } from '../../domain/sale/steps.ts'
import type { Timer } from '../base/clock.port.ts'
import type { PlacedSale, SaleReader } from '../log/sale-reader.port.ts'
import type { SaleSummary } from '../log/sale-summary.ts'
import type { CrmAdmin, MarkedRecord } from './crm-admin.port.ts'
import { makeMarkedRecords } from './marked-records.ts'
import { makeSeenRecords, type SeenRecords } from './seen-records.ts'

/** Sales read from the log in one page. */
const SALES_PAGE_MAX = 1_000

/**
 * A record that is not as it should be, or that a person should know of:
 *
 * - `orphan`  carries a reference of ours, and no completed or running sale owns it.
 * - `stuck`   the rollback of its sale cannot delete it. The mail of the sale names it.
 * - `unknown` its sale is not in this log: another gateway made it, or this one with another log.
 * - `gone`    a completed sale made it, and it is no longer in the CRM.
 */
export type Stray = {
  readonly kind: 'orphan' | 'stuck' | 'unknown' | 'gone'
  readonly step: CreateStep
  readonly id: CrmId
  readonly reference: string
  readonly saleId: SaleId
}

export type StrayCounts = Readonly<Record<Stray['kind'], number>>

/**
 * Compares the CRM with the log, and changes neither. Each stray is reported when it is found, so
 * that memory holds one page of records, and one byte for each event of the log.
 *
 * @throws {AppError} `unavailable` when the CRM does not answer up to the end. The strays that were
 *   reported before are true all the same.
 */
export type FindOrphans = (report: Report) => Promise<StrayCounts>

type Report = (stray: Stray) => void
type Suspect = Omit<Stray, 'kind'>

export function makeFindOrphans(deps: {
  readonly admin: Pick<CrmAdmin, 'listReferences' | 'readReferences'>
  readonly saleReader: SaleReader
  readonly clock: Timer
  readonly requestTimeoutMs: number
}): FindOrphans {
  const { saleReader } = deps
  const records = makeMarkedRecords(deps)

  return async function findOrphans(report) {
    const counts = { orphan: 0, stuck: 0, unknown: 0, gone: 0 }
    const count = (stray: Stray) => {
      counts[stray.kind] += 1
      report(stray)
    }
    const seen = makeSeenRecords()
    for (const step of CREATE_STEPS) {
      for await (const page of records.pages(step)) await comparePage(step, page, seen, count)
    }
    await compareLog(seen, count)
    return counts
  }

  /**
   * Looks for the sale of each record. The records were read first, and `SaleRequested` is on disk
   * before anything is sent: so each sale of ours that has a record is in the log by now.
   */
  async function comparePage(
    step: CreateStep,
    page: readonly MarkedRecord[],
    seen: SeenRecords,
    report: Report,
  ): Promise<void> {
    const ours = page.flatMap(({ id, reference }) => {
      const sale = parseReference(reference)
      return sale === undefined ? [] : [{ step, id, reference, saleId: sale.saleId }]
    })
    const sales = await saleReader.find([...new Set(ours.map(({ saleId }) => saleId))])
    const known = new Map(sales.map((sale) => [sale.saleId, sale]))
    const suspects: Suspect[] = []
    for (const record of ours) {
      const sale = known.get(record.saleId)
      if (sale === undefined) report({ kind: 'unknown', ...record })
      else if (isOwn(sale, record)) seen.add(sale.position, step)
      else if (sale.atRest) suspects.push(record)
      else if (await isStuck(saleReader, sale)) report({ kind: 'stuck', ...record })
    }
    // The records were read before the sale was seen at rest, so it may have deleted them since.
    // A sale at rest does nothing more: a record that is there now has no owner.
    const there = await records.referencesOf(step, suspects.map(idOf))
    const orphans = suspects.filter(({ id, reference }) => there.get(id) === reference)
    // Anybody may write our text into the own record of another sale, which is no orphan.
    const owned = orphans.length === 0 ? [] : await saleReader.owners(step, orphans.map(idOf))
    const ownIds = new Set(owned.map((sale) => recordIdsOf(sale)[step]))
    for (const orphan of orphans) {
      if (!ownIds.has(orphan.id)) report({ kind: 'orphan', ...orphan })
    }
  }

  /** Looks by its id for each record of a completed sale that no page has shown. */
  async function compareLog(seen: SeenRecords, report: Report): Promise<void> {
    // The loop is bounded by the sales of the log: each page begins above the last sale of the page before.
    for (let after = 0; ; ) {
      const sales = await saleReader.began(after, SALES_PAGE_MAX)
      const last = sales.at(-1)
      if (last === undefined) return
      after = last.position
      const completed = sales.filter(({ status }) => status === 'completed')
      for (const step of CREATE_STEPS) {
        const suspects = completed
          .filter(({ position }) => !seen.has(position, step))
          .flatMap((sale) => recordOf(sale, step))
        const there = await records.referencesOf(step, suspects.map(idOf))
        for (const suspect of suspects) {
          if (!there.has(suspect.id)) report({ kind: 'gone', ...suspect })
        }
      }
    }
  }
}

/**
 * A completed sale whose second record cannot be deleted is `completed`; only its events show it.
 */
async function isStuck(saleReader: SaleReader, sale: SaleSummary): Promise<boolean> {
  if (sale.status !== 'completed') return sale.status === 'stuck'
  const history = await saleReader.show(sale.saleId, undefined)
  return history?.events.some(({ type }) => type === 'SaleStuck') ?? false
}

function isOwn(sale: SaleSummary, { step, id }: Suspect): boolean {
  return sale.status === 'completed' && recordIdsOf(sale)[step] === id
}

function recordOf(sale: PlacedSale, step: CreateStep): readonly Suspect[] {
  const { saleId } = sale
  const id = recordIdsOf(sale)[step]
  return id === null ? [] : [{ step, id, reference: referenceOf(saleId, step), saleId }]
}

function recordIdsOf(sale: SaleSummary): Readonly<Record<CreateStep, CrmId | null>> {
  return { deal: sale.dealId, quote: sale.quoteId, salesOrder: sale.salesOrderId }
}

function idOf({ id }: Suspect): CrmId {
  return id
}
