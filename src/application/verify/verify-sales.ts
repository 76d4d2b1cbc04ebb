// Verifies that each sale's events are a course a sale can take, and that the list of sales agrees.
import type { SaleId } from '../../domain/ids.ts'
import { isAtRest } from '../../domain/sale/aftermath.ts'
import type { SaleEvent } from '../../domain/sale/events.ts'
import { initialSale } from '../../domain/sale/state.ts'
import { type ListedAmount, listedAmount, NO_AMOUNT } from '../log/listed-amount.ts'
import { type SaleSummary, summarize } from '../log/sale-summary.ts'
import type { Report } from './finding.ts'
import { advance, pathFrom, type SalePath, whyUnfinished } from './legal-path.ts'
import type { ArchivedSale, LogArchive } from './log-archive.port.ts'

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
  take(
    saleId: SaleId,
    place: { readonly position: number; readonly sequence: number },
    client: string | undefined,
    event: SaleEvent,
  ): void
  end(): void
}

export function makeSalesCheck(
  archive: Pick<LogArchive, 'sale' | 'saleIds'>,
  report: Report,
): SalesCheck {
  const open = new Map<SaleId, OpenSale>()
  /** Sales at rest that were compared with the list. By the list no event of theirs follows. */
  const ended = new Set<string>()

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
      if (!isAtRest(sale.path.sale) || !sale.path.isWhole) return
      const listed = archive.sale(saleId)
      // A former owner opened this one again: its end is compared, and not this rest.
      if (listed !== undefined && listed.sequence > sequence) return
      compare(saleId, sale, listed)
      open.delete(saleId)
      ended.add(saleId)
    },

    end() {
      for (const [saleId, sale] of open) {
        const why = whyUnfinished(sale.path)
        if (why !== undefined) report(`sale ${saleId}`, why)
        compare(saleId, sale, archive.sale(saleId))
      }
      for (const saleId of archive.saleIds()) {
        if (ended.has(saleId) || open.has(saleId as SaleId)) continue
        report(`sale ${saleId}`, 'it is in the list, and has no event')
      }
    },
  }

  function compare(
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
}

function flat({ failure, ...summary }: SaleSummary) {
  return {
    ...summary,
    failedStep: failure === null ? null : failure.step,
    failureMessage: failure === null ? null : failure.message,
  }
}
