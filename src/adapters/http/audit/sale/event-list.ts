import { type Html, html } from '../../../../application/evidence/report/html.ts'
import { durationText } from '../../../../application/log/durations.ts'
import type { EventRecord } from '../../../../application/log/event-record.ts'
import { actorWords, eventWords } from '../../../../application/log/event-words.ts'
import { publicEventJson } from '../../../../application/log/public-json.ts'
import type { EpochMs } from '../../../../domain/time.ts'
import { timeTag } from '../frame/times.ts'
import { callList } from './call-list.ts'

/** The events of a sale in order: when, what it means, who, and the event itself. */
export function eventList(events: readonly EventRecord[], begin: EpochMs): Html {
  return html`<ol class="events">
${events.map((event) => item(event, begin))}
</ol>`
}

function item(event: EventRecord, begin: EpochMs): Html {
  const at = Date.parse(event.at) as EpochMs
  return html`<li class="${event.type}"><div class="when"><span class="offset">+${durationText(at - begin)}</span>${timeTag(at)}</div>
<div class="what"><p>${eventWords(event)}</p><p class="meta">${event.type} · ${actorWords(event.actor)} · position ${event.position}</p>${callList(event)}
<details id="event-${event.sequence}"><summary>Event ${event.sequence} as stored</summary><pre tabindex="0" aria-label="Event ${event.sequence} as JSON">${JSON.stringify(publicEventJson(event), null, 2)}</pre></details></div></li>
`
}
