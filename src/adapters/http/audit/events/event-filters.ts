// Reads from its address which events of no sale a page shows.

import { EVENT_GROUPS, type EventGroup } from '../../../../application/desk/event-groups.ts'
import type {
  EventsOf,
  EventsPage,
  EventsQuery,
} from '../../../../application/desk/read-events-beside.ts'
import type { Zone } from '../../../../application/words/zone.ts'
import { type Form, readForm } from '../fields/form.ts'
import { type PlacedAt, readPlace } from '../fields/page-places.ts'
import { PERIOD_NAMES, type Period, readPeriod } from '../fields/period.ts'
import { EVENTS_OF } from '../frame/urls.ts'

export const EVENT_FILTER_NAMES = [
  'group',
  'of',
  'who',
  ...PERIOD_NAMES,
  'after',
  'before',
] as const
type EventFilterName = (typeof EVENT_FILTER_NAMES)[number]

export type EventFilters = {
  readonly form: Form<EventFilterName>
  readonly group: EventGroup | undefined
  readonly of: (typeof EVENTS_OF)[number] | undefined
  readonly period: Period
  readonly query: Omit<EventsQuery, 'limit'>
}

const WHO_LENGTH_MAX = 200

export function readEventFilters(url: string, readerZone: Zone): EventFilters {
  const form = readForm<EventFilterName>(url)
  const group = form.read('group', oneOf(EVENT_GROUPS), (texts) => texts.oneOf(EVENT_GROUPS))
  const of = form.read('of', oneOf(EVENTS_OF), (texts) => texts.oneOf(EVENTS_OF))
  const who = form.read('who', shortText, (texts) => texts.tooLong(WHO_LENGTH_MAX))
  const period = readPeriod(form, readerZone)
  const page = pageOf(readPlace(form))
  if (who !== undefined && form.given.of === undefined) {
    form.refuse('of', (texts) => texts.oneOf(EVENTS_OF))
  }
  const groups = group && [group]
  return { form, group, of, period, query: { groups, of: eventsOf(of, who), ...period, page } }
}

function eventsOf(
  of: (typeof EVENTS_OF)[number] | undefined,
  who: string | undefined,
): EventsOf | undefined {
  if (of === undefined || who === undefined) return undefined
  if (of === 'key') return { keyId: who.toLowerCase() }
  return of === 'client' ? { client: who } : { operator: who }
}

function pageOf(page: PlacedAt): EventsPage {
  if (!('than' in page)) return page
  const { at, number } = page.than
  return { at: page.at, than: { at, position: number } }
}

function oneOf<Value extends string>(values: readonly Value[]) {
  return (text: string) => values.find((value) => value === text)
}

function shortText(text: string): string | undefined {
  return text.length <= WHO_LENGTH_MAX ? text : undefined
}
