// Writes whether the events of a sale are as they were signed.

import { type Html, html } from '../../../../application/evidence/report/html.ts'
import type { SaleCheck } from '../../../../application/verify/verify-sale.ts'
import { timeTag } from '../frame/times.ts'

const TICK = html`<path d="M3 8.5 6.5 12 13 4.5"/>`
const CLOCK = html`<path d="M8 4v4l3 2M8 2a6 6 0 1 0 .01 0z"/>`
const CROSS = html`<path d="M4 4l8 8M12 4l-8 8"/>`

/** The result of the check that was made for this page, as a line with a symbol. */
export function verifiedLine(check: SaleCheck): Html {
  if (check.type === 'wrong') {
    return line(
      'wrong',
      CROSS,
      html`<strong>Not as it was signed:</strong> ${check.place}: ${check.why}.`,
    )
  }
  if (check.type === 'unsigned') {
    return line('waiting', CLOCK, html`Not verified yet: there is no signed checkpoint.`)
  }
  const { events, newer } = check
  const { number, at, size } = check.checkpoint
  if (newer === events) {
    return line(
      'waiting',
      CLOCK,
      html`Not verified yet: its ${counted(events)} ${are(events)} newer than checkpoint ${number} of ${timeTag(at)} (${NEXT}).`,
    )
  }
  const covered = events - newer
  const which = newer === 0 ? counted(events) : `first ${counted(covered)}`
  return line(
    'whole',
    TICK,
    html`Verified: its ${which} ${are(covered)} in the signed checkpoint ${number} of ${timeTag(at)}, over ${size} events.${
      newer > 0 &&
      ` The last ${counted(newer)} ${are(newer)} newer than checkpoint ${number} (${NEXT}).`
    }`,
  )
}

const NEXT = 'the next is signed within 60 s'

function line(kind: 'whole' | 'waiting' | 'wrong', symbol: Html, words: Html): Html {
  return html`<p class="verified ${kind}"><svg width="14" height="14" viewBox="0 0 16 16" aria-hidden="true">${symbol}</svg>${words}</p>`
}

function counted(events: number): string {
  return events === 1 ? 'event' : `${events} events`
}

function are(events: number): string {
  return events === 1 ? 'is' : 'are'
}
