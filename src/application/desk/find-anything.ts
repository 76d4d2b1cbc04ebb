// Finds what a person means by a text: a sale by any of the ids that people hold, a client, a key.

import { type CrmId, parseCrmId, parseSaleId, type SaleId } from '../../domain/ids.ts'
import type { ApiKey, KeyStore } from '../access/key-store.port.ts'
import type { PlacedSale, SaleReader } from '../log/sale-reader.port.ts'
import type { AskedEvent, Finds, NamingEvent } from './finds.port.ts'

/** Sales, events or clients that are listed under each thing that a text may be. */
export const HITS_MAX = 20

/** Characters of a text that is looked for: as many as an Idempotency-Key has at most. */
export const FIND_LENGTH_MAX = 255

/** The end of a sale id: as lists show it, or more of what follows the last dash. */
const ID_END = /^[0-9a-f]{8,12}$/

/** What a text was found to be. */
export type FoundBy = 'saleId' | 'endOfSaleId' | 'record' | 'contact' | 'request' | 'idempotencyKey'

/** The sales of one meaning of the text, newest first. */
export type FoundSales = {
  readonly by: FoundBy
  readonly sales: readonly PlacedSale[]
  /** Whether there are more than HITS_MAX. */
  readonly more: boolean
}

/** All that a text means. Empty lists for a text that means nothing here. */
export type Found = {
  /** Only meanings that have a sale. */
  readonly sales: readonly FoundSales[]
  /** Where the text is a record: the events that name it, each as one of a sale, newest first. */
  readonly naming: readonly NamingEvent[]
  /** Where the text is a request: what else it led to, newest first. */
  readonly asked: readonly AskedEvent[]
  /** Clients of this name, or whose names begin with it; the one of this very name comes first. */
  readonly clients: readonly string[]
  readonly moreClients: boolean
  /** The key with this public id. */
  readonly key: ApiKey | undefined
}

/**
 * Finds what `text` may mean: a sale id, the end of one, a record (also one that is deleted), a contact, a
 * request, an Idempotency-Key, a client or the beginning of its name, the public id of a key. Blanks
 * around the text do not count; a text that is empty or too long means nothing.
 *
 * @throws {AppError} `unavailable` or `lost`
 */
export type FindAnything = (text: string) => Promise<Found>

const NOTHING: Found = {
  sales: [],
  naming: [],
  asked: [],
  clients: [],
  moreClients: false,
  key: undefined,
}

export function makeFindAnything(deps: {
  readonly finds: Finds
  readonly saleReader: Pick<SaleReader, 'find' | 'endingWith' | 'list'>
  readonly keys: Pick<KeyStore, 'list'>
}): FindAnything {
  const { finds, saleReader, keys } = deps
  /** One more than is listed shows whether there are more. */
  const limit = HITS_MAX + 1

  return async (given) => {
    const text = given.trim()
    if (text === '' || text.length > FIND_LENGTH_MAX) return NOTHING
    const crmId = parseCrmId(text)
    const naming = crmId === undefined ? [] : await finds.ofRecord(crmId, limit)
    const asked = await finds.ofRequest(text, limit)
    const groups = [
      ...(await bySaleId(text.toLowerCase())),
      await ofIds('record', naming),
      ...(crmId === undefined ? [] : [await ofContact(crmId)]),
      await ofIds('request', asked),
      await ofIds('idempotencyKey', await ofKey(text)),
    ]
    const allKeys = await keys.list()
    const names = await finds.clientsBeginningWith(text, limit)
    const clients = withClientsOf(allKeys, text, names)
    return {
      sales: groups.filter(({ sales }) => sales.length > 0),
      naming: naming.slice(0, HITS_MAX),
      asked: asked.filter(({ saleId }) => saleId === null).slice(0, HITS_MAX),
      clients: clients.slice(0, HITS_MAX),
      moreClients: clients.length > HITS_MAX,
      key: allKeys.find(({ id }) => id === text.toLowerCase()),
    }
  }

  async function bySaleId(text: string): Promise<readonly FoundSales[]> {
    const whole = parseSaleId(text)
    if (whole !== undefined) return [await ofIds('saleId', [{ saleId: whole }])]
    if (!ID_END.test(text)) return []
    return [cut('endOfSaleId', await saleReader.endingWith(text, limit))]
  }

  async function ofContact(contactId: CrmId): Promise<FoundSales> {
    const { sales, next } = await saleReader.list({ contactId, limit: HITS_MAX })
    const placed = await saleReader.find(sales.map(({ saleId }) => saleId))
    return { by: 'contact', sales: newestFirst(placed), more: next !== null }
  }

  async function ofKey(text: string) {
    return (await finds.ofIdempotencyKey(text, limit)).map((saleId) => ({ saleId }))
  }

  async function ofIds(
    by: FoundBy,
    events: readonly { readonly saleId: SaleId | null }[],
  ): Promise<FoundSales> {
    const ids = new Set(events.flatMap(({ saleId }) => saleId ?? []))
    if (ids.size === 0) return { by, sales: [], more: false }
    const { sales, more } = cut(by, await saleReader.find([...ids]))
    return { by, sales, more: more || events.length === limit }
  }
}

function cut(by: FoundBy, sales: readonly PlacedSale[]): FoundSales {
  return { by, sales: newestFirst(sales).slice(0, HITS_MAX), more: sales.length > HITS_MAX }
}

function newestFirst(sales: readonly PlacedSale[]): readonly PlacedSale[] {
  return sales.toSorted((a, b) => b.position - a.position)
}

/** The clients with a sale, and those that have a key only. */
function withClientsOf(
  keys: readonly ApiKey[],
  text: string,
  names: readonly string[],
): readonly string[] {
  const ofKeys = keys.map(({ client }) => client).filter((client) => client.startsWith(text))
  return [...new Set([...names, ...ofKeys])].toSorted()
}
