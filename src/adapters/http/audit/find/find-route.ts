// The route that finds what somebody holds: one hit is opened, several are listed.

import type { FastifyInstance } from 'fastify'
import { errorCode } from '../../../../application/base/errors.ts'
import type { Desk } from '../../../../application/desk/desk.ts'
import { type Found, HITS_MAX } from '../../../../application/desk/find-anything.ts'
import type { EventRecord } from '../../../../application/log/event-record.ts'
import type { SaleReader } from '../../../../application/log/sale-reader.port.ts'
import { trailOf } from '../../../../application/log/sale-trail.ts'
import type { SaleId } from '../../../../domain/ids.ts'
import { readerOf } from '../frame/reader.ts'
import { AUDITOR, sendPage } from '../frame/send-page.ts'
import { clientUrl, eventUrl, formQuery, keyUrl, ofUrl, saleUrl } from '../frame/urls.ts'
import { findPage, type RecordFate } from './find-page.ts'

export type FindDeps = {
  readonly desk: Pick<Desk, 'findAnything'>
  readonly saleReader: Pick<SaleReader, 'show' | 'list' | 'amountsOf' | 'events'>
}

export function addFindRoute(app: FastifyInstance, { desk, saleReader }: FindDeps): void {
  const config = { ...AUDITOR.config, query: ['q'] } as const
  app.get('/find', { config }, async (request, reply) => {
    const reader = readerOf(request)
    const text = formQuery(request.url).get('q')?.trim() ?? ''
    const found = await desk.findAnything(text)
    const only = await onlyHit(found)
    if (only !== undefined) return reply.redirect(only, 303)
    const ids = found.sales.flatMap(({ sales }) => sales.map(({ saleId }) => saleId))
    const amounts = await saleReader.amountsOf([...new Set(ids)])
    const fates = await fatesOf(found, text)
    return sendPage(
      reply,
      reader,
      findPage({ text, found, amounts, fates, asked: await recordsOf(found) }, reader),
    )
  })

  /** The page of the one thing that was found; `undefined` for none and for several. */
  async function onlyHit({ sales, asked, clients, key }: Found): Promise<string | undefined> {
    const pages = new Set([
      ...sales.flatMap(({ sales: its }) => its.map(({ saleId }) => saleUrl(saleId))),
      ...asked.map(({ position }) => eventUrl(position)),
      ...clients.map(clientUrl),
      ...(key === undefined ? [] : [keyUrl(key.id)]),
    ])
    const [only] = pages
    if (pages.size !== 1 || only === undefined) return
    const [client] = clients
    if (client === undefined) return only
    // A client of auditors has keys, and no sale.
    const { sales: itsSales } = await saleReader.list({ client, limit: 1 })
    return itsSales.length > 0 ? only : ofUrl('client', client)
  }

  /** What became of the record, by each sale that has it. */
  async function fatesOf(
    { sales, naming }: Found,
    id: string,
  ): Promise<ReadonlyMap<SaleId, RecordFate>> {
    const ofRecord = sales.find(({ by }) => by === 'record')?.sales ?? []
    const fates = new Map<SaleId, RecordFate>()
    for (const { saleId } of ofRecord.slice(0, HITS_MAX)) {
      const events = naming.filter((event) => event.saleId === saleId)
      const removed = events.find(({ type }) => type === 'OrphanDeleted')
      const record = await recordOf(saleId, id)
      const step = record?.step ?? events[0]?.step
      if (step === undefined) continue
      fates.set(saleId, {
        step,
        deletedAt: record?.deletedAt ?? null,
        isNamedOnly: record?.isSeen === false,
        removedBy: removed?.position,
      })
    }
    return fates
  }

  async function recordsOf({ asked }: Found): Promise<readonly EventRecord[]> {
    const records: EventRecord[] = []
    for (const { position } of asked) {
      const [event] = await saleReader.events(position - 1, 1)
      if (event !== undefined && !('unreadable' in event)) records.push(event)
    }
    return records
  }

  /** `undefined` also where the sale cannot be read: it is listed all the same. */
  async function recordOf(saleId: SaleId, id: string) {
    try {
      const sale = await saleReader.show(saleId, undefined)
      return sale && trailOf(sale.events).records.find((record) => record.id === id)
    } catch (error) {
      if (errorCode(error) === 'unreadable') return undefined
      throw error
    }
  }
}
