// Shows events of no sale: when, what, who, whether each is as it was signed, and what it leads to.

import type { BesideEvent } from '../../../../application/desk/read-events-beside.ts'
import { type Html, html } from '../../../../application/evidence/report/html.ts'
import type { EventRecord } from '../../../../application/log/event-record.ts'
import { publicEventJson } from '../../../../application/log/public-json.ts'
import type { EventCheck, EventsCheck } from '../../../../application/verify/verify-events.ts'
import { actorWords, eventWords } from '../../../../application/words/event-words.ts'
import { Time } from '../../../../application/words/sentence.ts'
import type { EpochMs } from '../../../../domain/time.ts'
import { checkLine, type MarkKind, mark } from '../frame/marks.ts'
import type { PageReader } from '../frame/reader.ts'
import { english, shown, shownAgain, timeTag } from '../frame/shown.ts'
import { checkpointUrl, eventUrl } from '../frame/urls.ts'
import type { AccountTimes } from './account-times.ts'
import { eventMore } from './event-more.ts'

export type ShownEvents = {
  /** Newest first. */
  readonly events: readonly BesideEvent[]
  readonly check: EventsCheck
  readonly accountTimes: AccountTimes
}

/** What the check of the events found, and the events. */
export function eventItems({ events, check, accountTimes }: ShownEvents, reader: PageReader): Html {
  const checks = check.type === 'checked' ? check.checks : []
  return html`${checkResult(check, reader)}<ol class="events beside">
${events.map((event, index) => item(event, checks[index], accountTimes, reader))}</ol>`
}

function checkResult(check: EventsCheck, reader: PageReader): Html {
  const { verified, events: texts, checkpoints } = reader.texts
  if (check.type === 'unsigned') return checkLine('waiting', shown(verified.unsigned, reader))
  if (check.type === 'wrong') {
    const found = english(`${check.place}: ${check.why}.`, reader)
    return checkLine('wrong', html`<strong>${verified.notAsSigned}</strong> ${found}`)
  }
  const { checks, checkpoint } = check
  const count = (type: EventCheck['type']) => checks.filter((one) => one.type === type).length
  const by = { number: checkpoint.number, at: new Time(checkpoint.at), size: checkpoint.size }
  const said = texts.checked(checks.length, { whole: count('whole'), newer: count('newer') }, by)
  const link = html`<a href="${checkpointUrl(checkpoint)}">${checkpoints.one(by.number)}</a>`
  const words = html`${shown(said, reader)} ${link}`
  if (count('wrong') === 0) return checkLine(count('whole') > 0 ? 'whole' : 'waiting', words)
  return checkLine('wrong', html`<strong>${texts.someWrong(count('wrong'))}</strong> ${words}`)
}

const MARKS: Readonly<Record<EventCheck['type'], MarkKind>> = {
  whole: 'whole',
  newer: 'waiting',
  wrong: 'wrong',
}

function markOf(check: EventCheck | undefined, reader: PageReader): Html | false {
  if (check === undefined) return false
  const kind = MARKS[check.type]
  const words = reader.texts.events.marks[check.type]
  const why = check.type === 'wrong' && html` ${english(check.why, reader)}`
  const isSeen = check.type === 'wrong'
  return html`<span class="checked ${kind}">${mark(kind)}<span${!isSeen && html` class="sr"`}>${words}${why}</span></span>`
}

function item(
  event: BesideEvent,
  check: EventCheck | undefined,
  accountTimes: AccountTimes,
  reader: PageReader,
): Html {
  const { position, type, record } = event
  const at = Date.parse(event.at) as EpochMs
  const when = Number.isNaN(at) ? '–' : timeTag(at, reader)
  return html`<li id="event-${position}" class="${type}"><div class="when">${when}</div>
<div class="what">${
    record === undefined
      ? html`<p>${markOf(check, reader)}${reader.texts.events.unreadable}</p>${meta(event, undefined, reader)}`
      : readable(record, check, accountTimes, reader)
  }</div></li>
`
}

function readable(
  record: EventRecord,
  check: EventCheck | undefined,
  accountTimes: AccountTimes,
  reader: PageReader,
): Html {
  const { words, texts } = reader
  const { position } = record
  return html`<p>${markOf(check, reader)}${shownAgain(eventWords(record, words), reader)}</p>${meta(record, actorWords(record.actor, words), reader)}${eventMore(record, accountTimes, reader)}
<details id="stored-${position}"><summary>${texts.events.asStored(position)}</summary><pre lang="en" tabindex="0" aria-label="${texts.events.asStored(position)}">${JSON.stringify(publicEventJson(record), null, 2)}</pre></details>`
}

function meta(
  { type, position }: { readonly type: string; readonly position: number },
  actor: string | undefined,
  reader: PageReader,
): Html {
  const place = shownAgain(reader.texts.sale.event.position(position), reader)
  return html`<p class="meta">${english(type, reader)}${actor !== undefined && ` · ${actor}`} · <a class="place" href="${eventUrl(position)}">${place}</a></p>`
}
