import type { CrmId, SaleId } from '../../domain/ids.ts'
import type { CallResult } from '../../domain/sale/outcome.ts'
import { parseReference, referenceOf } from '../../domain/sale/reference.ts'
import { CREATE_STEPS, type CreateStep } from '../../domain/sale/steps.ts'
import type { Clock } from '../base/clock.port.ts'
import { AppError } from '../base/errors.ts'
import type { PlacedSale, SaleReader } from '../log/sale-reader.port.ts'
import type { SaleSummary } from '../log/sale-summary.ts'
import { askAgain } from './ask-again.ts'
import { type CrmAdmin, type MarkedRecord, REFERENCE_IDS_MAX } from './crm-admin.port.ts'

/** Sales read from the log at one go. */
const SALES_PAGE_MAX = 1_000

/**
 * What is not as it should be, or a person should know of:
 *
 * - `orphan`  a record with a reference of ours that no completed or running sale owns.
 * - `stuck`   a record that a sale's rollback cannot delete; the sale has told of it by mail.
 * - `unknown` a record of a sale that this log does not know: another gateway's, or another log's.
 * - `gone`    a record of a completed sale that is no longer in the CRM.
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
 * Compares the CRM with the log, and changes neither. Each stray is told as it is found, so that
 * memory holds a page of records and a byte for each event of the log, whatever is found.
 *
 * @throws {AppError} `unavailable` when the CRM does not answer to the end; what was told before
 *   is true all the same.
 */
export type FindOrphans = (tell: (stray: Stray) => void) => Promise<StrayCounts>

type Suspect = Omit<Stray, 'kind'>

export function makeFindOrphans(deps: {
  readonly admin: Pick<CrmAdmin, 'listReferences' | 'readReferences'>
  readonly saleReader: SaleReader
  readonly clock: Clock
  readonly requestTimeoutMs: number
}): FindOrphans {
  const { admin, saleReader, clock, requestTimeoutMs } = deps

  return async function findOrphans(tell) {
    const counts = { orphan: 0, stuck: 0, unknown: 0, gone: 0 }
    const count = (stray: Stray) => {
      counts[stray.kind] += 1
      tell(stray)
    }
    const seen = makeSeen()
    for (const step of CREATE_STEPS) await compareModule(step, seen, count)
    await compareLog(seen, count)
    return counts
  }

  async function compareModule(
    step: CreateStep,
    seen: Seen,
    tell: (stray: Stray) => void,
  ): Promise<void> {
    // Bounded by the records of the module: each page begins above the last one's end.
    for (let after: CrmId | undefined; ; ) {
      const page = await answerOf(() => admin.listReferences(step, after, requestTimeoutMs))
      after = page.at(-1)?.id
      if (after === undefined) return
      await comparePage(step, page, seen, tell)
    }
  }

  /**
   * The records were read first: `SaleRequested` is on disk before anything is sent, so the log
   * knows each sale of ours that has a record by now.
   */
  async function comparePage(
    step: CreateStep,
    page: readonly MarkedRecord[],
    seen: Seen,
    tell: (stray: Stray) => void,
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
      if (sale === undefined) tell({ kind: 'unknown', ...record })
      else if (isOwn(sale, record)) seen.add(sale.position, step)
      else if (sale.atRest) suspects.push(record)
      else if (await isStuck(sale)) tell({ kind: 'stuck', ...record })
    }
    // A sale at rest stays so. What is still there after it was seen to be has no owner.
    const there = await stillThere(suspects)
    for (const suspect of suspects) {
      if (there.get(suspect.id) === suspect.reference) tell({ kind: 'orphan', ...suspect })
    }
  }

  /** The records of completed sales that no page has shown, looked for by their ids. */
  async function compareLog(seen: Seen, tell: (stray: Stray) => void): Promise<void> {
    for (let after = 0; ; ) {
      const sales = await saleReader.began(after, SALES_PAGE_MAX)
      const last = sales.at(-1)
      if (last === undefined) return
      after = last.position
      const unseen = sales.filter(({ status }) => status === 'completed').flatMap(recordsOf)
      for (const step of CREATE_STEPS) {
        const suspects = unseen.filter(
          (record) => record.step === step && !seen.has(record.position, step),
        )
        const there = await stillThere(suspects)
        for (const { position: _, ...suspect } of suspects) {
          if (!there.has(suspect.id)) tell({ kind: 'gone', ...suspect })
        }
      }
    }
  }

  /** Of records of one step: the references of those that are in the CRM now, by their ids. */
  async function stillThere(suspects: readonly Suspect[]): Promise<ReadonlyMap<CrmId, string>> {
    const there = new Map<CrmId, string>()
    for (let i = 0; i < suspects.length; i += REFERENCE_IDS_MAX) {
      const page = suspects.slice(i, i + REFERENCE_IDS_MAX)
      const step = page[0]?.step ?? 'deal'
      const ids = page.map(({ id }) => id)
      const found = await answerOf(() => admin.readReferences(step, ids, requestTimeoutMs))
      for (const { id, reference } of found) there.set(id, reference)
    }
    return there
  }

  /** The status of a completed sale does not say that its second record resists; its events do. */
  async function isStuck(sale: SaleSummary): Promise<boolean> {
    if (sale.status !== 'completed') return sale.status === 'stuck'
    const history = await saleReader.show(sale.saleId, undefined)
    return history?.events.some(({ type }) => type === 'SaleStuck') ?? false
  }

  async function answerOf<Value>(call: () => Promise<CallResult<Value>>): Promise<Value> {
    const result = await askAgain(clock, call)
    if (result.outcome === 'done') return result.value
    throw new AppError('unavailable', `the CRM was not read to the end: ${result.reason}`)
  }
}

function isOwn(sale: SaleSummary, { step, id }: Suspect): boolean {
  return sale.status === 'completed' && idsOf(sale)[step] === id
}

function idsOf(sale: SaleSummary): Readonly<Record<CreateStep, CrmId | null>> {
  return { deal: sale.dealId, quote: sale.quoteId, salesOrder: sale.salesOrderId }
}

function recordsOf(sale: PlacedSale): readonly (Suspect & { readonly position: number })[] {
  const { saleId, position } = sale
  return CREATE_STEPS.flatMap((step) => {
    const id = idsOf(sale)[step]
    return id === null ? [] : [{ step, id, reference: referenceOf(saleId, step), saleId, position }]
  })
}

/** Which records of which sales were seen: a bit each, by where the sale begins in the log. */
type Seen = {
  add(position: number, step: CreateStep): void
  has(position: number, step: CreateStep): boolean
}

const BIT: Readonly<Record<CreateStep, number>> = { deal: 1, quote: 2, salesOrder: 4 }

function makeSeen(): Seen {
  let bits = new Uint8Array(65_536)
  return {
    add(position, step) {
      if (position >= bits.length) {
        const grown = new Uint8Array(2 * position)
        grown.set(bits)
        bits = grown
      }
      bits[position] = (bits[position] ?? 0) | BIT[step]
    },
    has: (position, step) => ((bits[position] ?? 0) & BIT[step]) !== 0,
  }
}
