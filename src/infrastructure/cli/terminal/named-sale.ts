// The sale that a person names: by its whole id, or by the end of it that `gateway sales list` shows.
import process from 'node:process'
import type { SaleReader } from '../../../application/log/sale-reader.port.ts'
import { parseSaleId, type SaleId } from '../../../domain/ids.ts'
import type { Store } from '../../service/open-store.ts'
import { withStore } from './command-config.ts'

/** Letters of the end of an id that `gateway sales list` shows. */
export const SHORT_ID_CHARS = 8

/** What follows the last dash of an id is chance; less than four letters of it is no name. */
const ID_END = /^[0-9a-f]{4,12}$/

/** Sales that are listed where an end is that of several. */
const CANDIDATES_MAX = 10

export type Named =
  | { readonly ok: true; readonly saleId: SaleId }
  | { readonly ok: false; readonly problem: string }

/** Finds the sale with this id or this end of an id. Does not look whether a whole id is that of a sale. */
export async function findNamedSale(
  reader: Pick<SaleReader, 'endingWith'>,
  text: string,
): Promise<Named> {
  const whole = parseSaleId(text)
  if (whole !== undefined) return { ok: true, saleId: whole }
  const found = ID_END.test(text) ? await reader.endingWith(text, CANDIDATES_MAX + 1) : []
  const [first] = found
  if (first === undefined) return { ok: false, problem: noSale(text) }
  if (found.length === 1) return { ok: true, saleId: first.saleId }
  const lines = found.slice(0, CANDIDATES_MAX).map(({ saleId, status, requestedAt }) => {
    return `  ${saleId}  ${new Date(requestedAt).toISOString()}  ${status}`
  })
  const more = found.length > CANDIDATES_MAX ? ['  and more'] : []
  const head = `Several sales end with ${text}. Give more of the id:`
  return { ok: false, problem: [head, ...lines, ...more].join('\n') }
}

/**
 * Works on the sale that is named, or reports why there is none and sets the exit code to 1. The same with
 * what `work` returns: why it could not be done.
 */
export async function withNamedSale(
  text: string,
  work: (store: Store, saleId: SaleId) => Promise<string | undefined>,
): Promise<void> {
  const problem = isSaleName(text)
    ? await withStore(async (store) => {
        const named = await findNamedSale(store.saleReader, text)
        return named.ok ? work(store, named.saleId) : named.problem
      })
    : noSale(text)
  if (problem === undefined) return
  process.stderr.write(`${problem}\n`)
  process.exitCode = 1
}

/** Whether this may be the name of a sale: all other texts are that of none. */
export function isSaleName(text: string): boolean {
  return parseSaleId(text) !== undefined || ID_END.test(text)
}

export function noSale(text: string): string {
  return `There is no sale ${text}.`
}
