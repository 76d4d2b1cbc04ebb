// Verifies that each sale's events are a course a sale can take, and that the list of sales agrees.
import type { SaleId } from '../../domain/ids.ts'
import { isAtRest } from '../../domain/sale/aftermath.ts'
import type { SaleEvent } from '../../domain/sale/events.ts'
import { initialSale } from '../../domain/sale/state.ts'
import { type ListedAmount, listedAmount, NO_AMOUNT } from '../log/listed-amount.ts'
import { type SaleSummary, summarize } from '../log/sale-summary.ts'
import type { Report } from './finding.ts'
import { advance, pathFrom, type SalePath, whyUnfinished } from './legal-path.ts'
import { type ArchivedSale, type LogArchive, SALES_ASKED_MAX } from './log-archive.port.ts'

type OpenSale = {
  path: SalePath
  sequence: number
  readonly firstPosition: number
  readonly client: string | undefined
  amount: ListedAmount
}

/** A check that takes the sale events of a log one after the other, and reports what is wrong. */
export type SalesCheck = {
  readonly count: number
  /** Takes an event of a sale that `hasRested` is false of. */
  take(
    saleId: SaleId,
    place: { readonly position: number; readonly sequence: number },
    client: string | undefined,
    event: SaleEvent,
  ): void
  /** Whether the sale came to rest, and `compareRested` was not called since. */
  hasRested(saleId: string | null): boolean
  /** Compares the sales that came to rest with the list. */
  compareRested(): Promise<void>
  end(): Promise<void>
}

export function makeSalesCheck(
  archive: Pick<LogArchive, 'sales' | 'saleIds'>,
  report: Report,
): SalesCheck {
  const open = new Map<SaleId, OpenSale>()
  /** Sales at rest that were compared with the list. By the list no event of theirs follows. */
  const ended = new Set<string>()
  /** Open sales that came to rest and are not compared yet. */
  const rested = new Map<string, [SaleId, OpenSale]>()

  return {
    get count() {
      return open.size + ended.size
    },

    take(saleId, { position, sequence }, client, event) {
      if (ended.has(saleId)) {
        report(`position ${position}`, `${event.type}: sale ${saleId} is at rest`)
        return
      }
      const sale = open.get(saleId) ?? {
        path: pathFrom(initialSale(saleId)),
        sequence: 0,
        firstPosition: position,
        client,
        amount: NO_AMOUNT,
      }
      open.set(saleId, sale)
      if (sequence !== sale.sequence + 1) {
        const after = `it follows ${sale.sequence} of sale ${saleId}`
        report(`position ${position}`, `its sequence is ${sequence}, and ${after}`)
      }
      sale.path = advance(sale.path, event)
      const why = sale.path.whyIllegal
      if (why !== undefined) report(`position ${position}`, `${event.type} cannot follow: ${why}`)
      sale.sequence = sequence
      if (event.type === 'SalePriced') sale.amount = listedAmount(event)
      // Its Sales Order puts a sale to rest, and SaleCompleted is still to come.
      if (isAtRest(sale.path.sale) && sale.path.isWhole) rested.set(saleId, [saleId, sale])
    },

    hasRested: (saleId) => saleId !== null && rested.has(saleId),

    compareRested,

    async end() {
      await compareRested()
      await withRows(archive, [...open], (saleId, sale, listed) => {
        const why = whyUnfinished(sale.path)
        if (why !== undefined) report(`sale ${saleId}`, why)
        compare(report, saleId, sale, listed)
      })
      for await (const page of archive.saleIds()) {
        for (const saleId of page) {
          if (ended.has(saleId) || open.has(saleId as SaleId)) continue
          report(`sale ${saleId}`, 'it is in the list, and has no event')
        }
      }
    },
  }

  async function compareRested(): Promise<void> {
    await withRows(archive, [...rested.values()], (saleId, sale, listed) => {
      // A former owner opened this one again: its end is compared, and not this rest.
      if (listed !== undefined && listed.sequence > sale.sequence) return
      compare(report, saleId, sale, listed)
      open.delete(saleId)
      ended.add(saleId)
    })
    rested.clear()
  }
}

/** Calls `then` with each sale and its row in the list. */
async function withRows(
  archive: Pick<LogArchive, 'sales'>,
  sales: readonly (readonly [SaleId, OpenSale])[],
  then: (saleId: SaleId, sale: OpenSale, listed: ArchivedSale | undefined) => void,
): Promise<void> {
  for (let from = 0; from < sales.length; from += SALES_ASKED_MAX) {
    const some = sales.slice(from, from + SALES_ASKED_MAX)
    const rows = await archive.sales(some.map(([saleId]) => saleId))
    for (const [saleId, sale] of some) then(saleId, sale, rows.get(saleId))
  }
}

/** Reports what the list says otherwise of a sale than its events. */
function compare(
  report: Report,
  saleId: SaleId,
  { path, amount, ...its }: OpenSale,
  listed: ArchivedSale | undefined,
): void {
  const place = `sale ${saleId}`
  if (path.sale.status === 'absent') return
  if (listed === undefined) {
    report(place, 'it has events, and is not in the list')
    return
  }
  const expected = { ...flat(summarize(path.sale)), ...its, ...amount }
  const { summary, ...rest } = listed
  const found: Readonly<Record<string, unknown>> = { ...flat(summary), ...rest }
  for (const [name, value] of Object.entries(expected)) {
    if (found[name] === value) continue
    const texts = [found[name], value].map((one) => JSON.stringify(one))
    report(place, `the list says ${name} ${texts[0]}, its events say ${texts[1]}`)
  }
}

function flat({ failure, ...summary }: SaleSummary) {
  return {
    ...summary,
    failedStep: failure === null ? null : failure.step,
    failureMessage: failure === null ? null : failure.message,
  }
}
