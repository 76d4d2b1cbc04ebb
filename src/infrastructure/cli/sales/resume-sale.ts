// `gateway sales resume`: a request to the service, written into the database.
import process from 'node:process'
import type { PlacedSale } from '../../../application/log/sale-reader.port.ts'
import type { SaleId } from '../../../domain/ids.ts'
import type { Store } from '../../service/open-store.ts'
import { operator } from '../../system/operator.ts'
import { makeSystemClock } from '../../system/system-clock.ts'
import { commandConfig, isBeingServed, printLine } from '../terminal/command-config.ts'
import { noSale, withNamedSale } from '../terminal/named-sale.ts'

/** Asks the running gateway, or the next one that starts, to work on a sale now. */
export async function resumeSale(id: string, options: { readonly json?: true }): Promise<void> {
  await withNamedSale(id, (store, saleId) => requestIn(store, saleId, options.json === true))
}

/** Records the request. Returns why there is nothing to resume, or `undefined`. */
async function requestIn(
  store: Store,
  saleId: SaleId,
  isJson: boolean,
): Promise<string | undefined> {
  const [sale] = await store.saleReader.find([saleId])
  if (sale === undefined) return noSale(saleId)
  if (sale.atRest) return `Sale ${saleId} is ${words(sale)}. There is nothing left to do for it.`
  const isHeld = (await store.copied.held()).includes(saleId)
  const actor = operator()
  const at = makeSystemClock().now()
  const event = { type: 'SaleResumeRequested', at, data: { saleId } } as const
  const position = await store.eventLog.record(event, actor)
  const served = await isBeingServed(commandConfig().database)
  process.stderr.write(`${requestWords(sale, isHeld, served)}\n`)
  process.stderr.write(`What comes of it: gateway sales show ${saleId}\n`)
  if (isJson) {
    printLine(
      JSON.stringify({ saleId, status: sale.status, held: isHeld, actor, position, served }),
    )
  }
  return undefined
}

function requestWords(sale: PlacedSale, isHeld: boolean, served: boolean): string {
  const who = served
    ? 'The running gateway was asked'
    : 'No gateway is running on this database. The next one is asked'
  if (sale.status !== 'in_progress') {
    return `${who} to retry the rollback of sale ${sale.saleId} now. The sale is ${words(sale)}.`
  }
  return isHeld
    ? `${who} to roll back sale ${sale.saleId}: every record with its reference will be deleted.`
    : `${who} to continue sale ${sale.saleId}, unless it is working on it already.`
}

function words({ status }: PlacedSale): string {
  return status.replace('_', ' ')
}
