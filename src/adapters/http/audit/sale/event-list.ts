import { type Html, html } from '../../../../application/evidence/report/html.ts'
import type { EventRecord } from '../../../../application/log/event-record.ts'
import { publicEventJson } from '../../../../application/log/public-json.ts'
import { offsetText } from '../../../../application/words/durations.ts'
import { actorWords, eventWords } from '../../../../application/words/event-words.ts'
import type { EpochMs } from '../../../../domain/time.ts'
import type { PageReader } from '../frame/reader.ts'
import { english, shown, shownAgain, timeTag } from '../frame/shown.ts'
import { callList } from './call-list.ts'

/** The events of a sale in order: when, what it means, who, and the event itself. */
export function eventList(
  events: readonly EventRecord[],
  begin: EpochMs,
  reader: PageReader,
): Html {
  return html`<ol class="events">
${events.map((event) => item(event, begin, reader))}
</ol>`
}

function item(event: EventRecord, begin: EpochMs, reader: PageReader): Html {
  const { words, texts } = reader
  const { position, asStored, asJson } = texts.sale.event
  const { type, sequence } = event
  const at = Date.parse(event.at) as EpochMs
  const placed = position(event.position)
  const place = sequence === 1 ? shown(placed, reader) : shownAgain(placed, reader)
  const meta = html`${english(type, reader)} · ${actorWords(event.actor, words)} · ${place}`
  return html`<li class="${type}"><div class="when"><span class="offset">${offsetText(at - begin, words)}</span>${timeTag(at, reader)}</div>
<div class="what"><p>${shown(eventWords(event, words), reader)}</p><p class="meta">${meta}</p>${callList(event, words)}
<details id="event-${sequence}"><summary>${asStored(sequence)}</summary><pre lang="en" tabindex="0" aria-label="${asJson(sequence)}">${JSON.stringify(publicEventJson(event), null, 2)}</pre></details></div></li>
`
}
