// Writes whether the events of a sale are as they were signed.

import { type Html, html } from '../../../../application/evidence/report/html.ts'
import type { SaleCheck } from '../../../../application/verify/verify-sale.ts'
import { Time } from '../../../../application/words/sentence.ts'
import type { PageReader } from '../frame/reader.ts'
import { english, shown, shownAgain } from '../frame/shown.ts'

const TICK = html`<path d="M3 8.5 6.5 12 13 4.5"/>`
const CLOCK = html`<path d="M8 4v4l3 2M8 2a6 6 0 1 0 .01 0z"/>`
const CROSS = html`<path d="M4 4l8 8M12 4l-8 8"/>`

/** The result of the check that was made for this page, as a line with a symbol. */
export function verifiedLine(check: SaleCheck, reader: PageReader): Html {
  const { verified } = reader.texts
  if (check.type === 'wrong') {
    const found = english(`${check.place}: ${check.why}.`, reader)
    return line('wrong', CROSS, html`<strong>${verified.notAsSigned}</strong> ${found}`)
  }
  if (check.type === 'unsigned') return line('waiting', CLOCK, shown(verified.unsigned, reader))
  const { events, newer } = check
  const { number, at, size } = check.checkpoint
  const by = { number, at: new Time(at), size }
  return newer === events
    ? line('waiting', CLOCK, shown(verified.allNewer(events, by), reader))
    : line('whole', TICK, shown(verified.whole(events, newer, by), reader))
}

/** The same in a few words, for the head of each printed page. */
export function verifiedBy(check: SaleCheck, reader: PageReader): Html {
  const { printed } = reader.texts.verified
  if (check.type === 'wrong') return html`${printed.wrong}`
  if (check.type === 'unsigned') return html`${printed.unsigned}`
  const { events, newer } = check
  const { number, at, size } = check.checkpoint
  const by = { number, at: new Time(at), size }
  return shownAgain(
    printed.checkpoint(newer === events ? 'none' : newer > 0 ? 'some' : 'all', by),
    reader,
  )
}

function line(kind: 'whole' | 'waiting' | 'wrong', symbol: Html, words: Html): Html {
  return html`<p class="verified ${kind}"><svg width="14" height="14" viewBox="0 0 16 16" aria-hidden="true">${symbol}</svg>${words}</p>`
}
