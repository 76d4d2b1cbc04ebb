import process from 'node:process'
import { isServed } from '../../../adapters/sqlite/database/serving-lock.ts'
import type { PlacedSale } from '../../../application/log/sale-reader.port.ts'
import { parseSaleId, type SaleId } from '../../../domain/ids.ts'
import type { Store } from '../../service/open-store.ts'
import { operator } from '../../system/operator.ts'
import { makeSystemClock } from '../../system/system-clock.ts'
import { commandConfig, printLine, withStore } from '../terminal/command-config.ts'

/** Asks the process that serves, or the next one, for a try now. */
export async function resumeSale(id: string, options: { readonly json?: true }): Promise<void> {
  const saleId = parseSaleId(id)
  const problem =
    saleId === undefined
      ? `There is no sale ${id}.`
      : await withStore((store) => requestIn(store, saleId, options.json === true))
  if (problem === undefined) return
  process.stderr.write(`${problem}\n`)
  process.exitCode = 1
}

/** Why there is nothing to ask for; `undefined` when it was asked for. */
async function requestIn(
  store: Store,
  saleId: SaleId,
  isJson: boolean,
): Promise<string | undefined> {
  const [sale] = await store.saleReader.find([saleId])
  if (sale === undefined) return `There is no sale ${saleId}.`
  if (sale.atRest) return `Sale ${saleId} is ${words(sale)}: there is nothing left to do for it.`
  const isHeld = (await store.copied.held()).includes(saleId)
  const actor = operator()
  const at = makeSystemClock().now()
  const event = { type: 'SaleResumeRequested', at, data: { saleId } } as const
  const position = await store.eventLog.record(event, actor)
  const served = isServed(commandConfig().databasePath)
  process.stderr.write(`${whatComesOfIt(sale, isHeld, served)}\n`)
  if (isJson) {
    printLine(
      JSON.stringify({ saleId, status: sale.status, held: isHeld, actor, position, served }),
    )
  }
  return undefined
}

function whatComesOfIt(sale: PlacedSale, isHeld: boolean, served: boolean): string {
  const who = served
    ? 'The process that serves was asked'
    : 'Nobody serves this database: the next start is asked'
  if (sale.status !== 'in_progress') {
    return `${who} to try now to clear up sale ${sale.saleId}, which is ${words(sale)}.`
  }
  return isHeld
    ? `${who} to roll back sale ${sale.saleId}: all that carries its reference is deleted.`
    : `${who} to take up sale ${sale.saleId}, unless it is at work on it already.`
}

function words({ status }: PlacedSale): string {
  return status.replace('_', ' ')
}
