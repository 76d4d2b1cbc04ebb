// The routes of the events that belong to no sale, and of the keys that they are about.

import type { FastifyInstance } from 'fastify'
import type { ApiKey } from '../../../../application/access/key-store.port.ts'
import type { WallClock } from '../../../../application/base/clock.port.ts'
import type { Desk } from '../../../../application/desk/desk.ts'
import { groupOf } from '../../../../application/desk/event-groups.ts'
import type { SaleReader } from '../../../../application/log/sale-reader.port.ts'
import { sendForm } from '../fields/send-form.ts'
import { readerOf } from '../frame/reader.ts'
import { AUDITOR, sendPage } from '../frame/send-page.ts'
import { EVENTS, formUrl, placeText, saleUrl } from '../frame/urls.ts'
import { accountTimes } from './account-times.ts'
import { EVENT_FILTER_NAMES, readEventFilters } from './event-filters.ts'
import { eventsPage } from './events-page.ts'
import { type KeyHistory, keyPage } from './key-page.ts'

export type EventsDeps = {
  readonly desk: Pick<Desk, 'findAnything' | 'readEventsBeside' | 'salesOfKey'>
  readonly saleReader: Pick<SaleReader, 'events' | 'amountsOf'>
  readonly clock: WallClock
}

const PAGE_EVENTS = 50

/** A position has no more digits than a whole number is exact with. */
const POSITION = /^[1-9]\d{0,14}$/

export function addEventsRoutes(app: FastifyInstance, deps: EventsDeps): void {
  const { desk, saleReader, clock } = deps

  const config = { ...AUDITOR.config, query: EVENT_FILTER_NAMES } as const
  app.get('/events', { config }, async (request, reply) => {
    const reader = readerOf(request)
    const filters = readEventFilters(request.url, reader.zone)
    if (filters.form.problems.length > 0) {
      return sendForm(request, reply, filters.form.problems, () =>
        eventsPage(filters, undefined, reader),
      )
    }
    const read = await desk.readEventsBeside({ ...filters.query, limit: PAGE_EVENTS })
    const found = { ...read, accountTimes: await accountTimes(desk, saleReader, read.events) }
    return sendPage(reply, reader, eventsPage(filters, found, reader))
  })

  app.get<{ Params: { position: string } }>(
    '/events/:position',
    AUDITOR,
    async (request, reply) => {
      const { position } = request.params
      const event = POSITION.test(position)
        ? (await saleReader.events(Number(position) - 1, 1))[0]
        : undefined
      if (event?.position !== Number(position)) throw app.httpErrors.notFound('No such event.')
      if (event.saleId !== null) {
        return reply.redirect(`${saleUrl(event.saleId)}#event-${event.sequence}`, 303)
      }
      const group = groupOf(event.type)
      const after = placeText('unreadable' in event ? '' : event.at, event.position + 1)
      const fields = group === undefined ? { after } : { group, after }
      return reply.redirect(`${formUrl(EVENTS, fields)}#event-${event.position}`, 303)
    },
  )

  app.get<{ Params: { keyId: string } }>('/keys/:keyId', AUDITOR, async (request, reply) => {
    const { key } = await desk.findAnything(request.params.keyId)
    if (key === undefined) throw app.httpErrors.notFound('No such key.')
    const reader = readerOf(request)
    const history = await historyOf(key)
    const asked = await desk.salesOfKey(key)
    const amounts = await saleReader.amountsOf(asked.sales.map(({ saleId }) => saleId))
    const page = keyPage(key, { history, asked, amounts, now: clock.now() }, reader)
    return sendPage(reply, reader, page)
  })

  /** How a key was made, and what became of it. */
  async function historyOf({ id: keyId, createdAt: from }: ApiKey): Promise<KeyHistory> {
    const page = { at: 'oldest' } as const
    const query = { groups: ['keys'], from, of: { keyId }, page, limit: PAGE_EVENTS } as const
    const { events, check } = await desk.readEventsBeside(query)
    return { events, check, accountTimes: new Map() }
  }
}
