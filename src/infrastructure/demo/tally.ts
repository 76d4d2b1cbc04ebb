// What became of the sales of the demo, counted in the CRM and in the mail folder.
import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { own } from '../../adapters/fake-zoho/schema/json.ts'
import { SALE_MODULES } from '../../adapters/fake-zoho/schema/modules.ts'
import { parseReference } from '../../domain/sale/reference.ts'
import type { Client } from './client.ts'
import { REFERENCE_FIELD, type Stage } from './stage.ts'

export type Tally = {
  readonly sales: number
  /** Completed, with one Deal, one Quote and one Sales Order in the CRM. */
  readonly whole: number
  /** Rolled back, with no record in the CRM. */
  readonly gone: number
  /** Mails to the IT team. */
  readonly mails: number
}

/** Sales that are counted at most; the demo makes four. */
const SALES_MAX = 100

/** Counts the sales that the gateway knows by what is really in the CRM of each. */
export async function takeTally(client: Client, stage: Stage): Promise<Tally> {
  const sales = await client.sales(SALES_MAX)
  const recordsOf = (saleId: string) =>
    SALE_MODULES.map((module) => {
      const records = stage.fake.records.live(module)
      const references = records.map((record) => String(own(record, REFERENCE_FIELD)))
      return references.filter((text) => parseReference(text)?.saleId === saleId).length
    }).join()
  const count = (status: string, records: string) =>
    sales.filter((sale) => sale.status === status && recordsOf(sale.saleId) === records).length
  const files = await readdir(path.join(stage.folder, 'mail'))
  return {
    sales: sales.length,
    whole: count('completed', '1,1,1'),
    gone: count('rolled_back', '0,0,0'),
    mails: files.filter((name) => name.endsWith('.eml')).length,
  }
}
