// The page of the events that belong to no sale, by group, period, key, client and operator.

import { EVENT_GROUPS } from '../../../../application/desk/event-groups.ts'
import { LOOKED_AT_MAX } from '../../../../application/desk/read-events-beside.ts'
import { type Html, html } from '../../../../application/evidence/report/html.ts'
import { pageLinks } from '../fields/page-places.ts'
import { field, invalid, periodFields, problemNotice } from '../fields/period.ts'
import { page } from '../frame/layout.ts'
import type { PageReader } from '../frame/reader.ts'
import { shown } from '../frame/shown.ts'
import { EVENTS, EVENTS_OF, formUrl, placeText } from '../frame/urls.ts'
import type { EventFilters } from './event-filters.ts'
import { eventItems, type ShownEvents } from './event-item.ts'

export type EventsFound = ShownEvents & {
  readonly newer: EventPlace | undefined
  readonly older: EventPlace | undefined
}

type EventPlace = { readonly at: string; readonly position: number }

/** `found` is `undefined` where a filter cannot be used. */
export function eventsPage(
  filters: EventFilters,
  found: EventsFound | undefined,
  reader: PageReader,
): string {
  const { title, lead } = reader.texts.events
  return page(
    reader,
    title,
    html`<div class="head"><h1>${title}</h1></div>
<p class="lead">${shown(lead, reader)}</p>
${problemNotice(filters.form.problems, reader)}
${groupTabs(filters, reader)}
${filterForm(filters, reader)}
${found !== undefined && results(filters, found, reader)}`,
  )
}

/** What was given, without the place of the page. */
function givenOf({ form }: EventFilters): Readonly<Record<string, string>> {
  const { after: _, before: __, ...given } = form.given
  return given
}

function groupTabs(filters: EventFilters, { texts }: PageReader): Html {
  const { group: _, ...given } = givenOf(filters)
  const tab = (name: string, url: string, isHere: boolean) =>
    html`<a href="${url}"${isHere && html` aria-current="page"`}>${name}</a>`
  const { groups, groupsLabel } = texts.events
  const isAll = filters.form.given.group === undefined
  return html`<nav class="tabs" aria-label="${groupsLabel}">${tab(groups.all, formUrl(EVENTS, given), isAll)}${EVENT_GROUPS.map(
    (group) => tab(groups[group], formUrl(EVENTS, { ...given, group }), group === filters.group),
  )}</nav>`
}

function filterForm(filters: EventFilters, reader: PageReader): Html {
  const { form, group, of, period } = filters
  const { problems, given } = form
  const texts = reader.texts.events
  const { show, clear, summary } = reader.texts.filters
  const { zone: _, group: __, ...others } = givenOf(filters)
  const isIdle = Object.keys(others).length === 0
  const ofs = html`<select id="of" name="of"${invalid('of', problems)}>${EVENTS_OF.map(
    (name) =>
      html`<option value="${name}"${name === of && html` selected`}>${texts.ofs[name]}</option>`,
  )}</select>`
  const who = html`<input id="who" name="who" value="${given.who}" autocomplete="off" spellcheck="false"${invalid('who', problems)}>`
  return html`<details class="filters" id="filters" open${isIdle && html` data-idle`}><summary>${summary}</summary><form class="in-one-row" method="get" action="${EVENTS}" aria-label="${texts.form}">
${periodFields(form, period, reader)}
${field('of', texts.of, ofs, problems, reader)}
${field('who', texts.who, who, problems, reader)}
<div class="submit">${group !== undefined && html`<input type="hidden" name="group" value="${group}">`}<button type="submit">${show}</button>${
    !isIdle && html`<a href="${formUrl(EVENTS, group === undefined ? {} : { group })}">${clear}</a>`
  }</div>
</form></details>`
}

function results(filters: EventFilters, found: EventsFound, reader: PageReader): Html {
  const { none, goesOn } = reader.texts.events
  const { events, newer, older } = found
  const place = (at: EventPlace | undefined) => at && placeText(at.at, at.position)
  const links = pageLinks(
    EVENTS,
    givenOf(filters),
    { newer: place(newer), older: place(older) },
    reader,
  )
  const isMore = newer !== undefined || older !== undefined
  const empty = html`<p class="empty">${none}${isMore && ` ${goesOn(LOOKED_AT_MAX)}`}</p>`
  return html`${events.length === 0 ? empty : eventItems(found, reader)}${isMore && links}`
}
