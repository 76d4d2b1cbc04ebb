// Writes whether the events of a sale are as they were signed.

import { type Html, html } from '../../../../application/evidence/report/html.ts'
import type { SaleCheck } from '../../../../application/verify/verify-sale.ts'
import { Time } from '../../../../application/words/sentence.ts'
import { checkLine } from '../frame/marks.ts'
import type { PageReader } from '../frame/reader.ts'
import { english, shown, shownAgain } from '../frame/shown.ts'
import { checkpointUrl } from '../frame/urls.ts'

/** The result of the check that was made for this page, as a line with a symbol. */
export function verifiedLine(check: SaleCheck, reader: PageReader): Html {
  const { verified, checkpoints } = reader.texts
  if (check.type === 'wrong') {
    const found = english(`${check.place}: ${check.why}.`, reader)
    return checkLine('wrong', html`<strong>${verified.notAsSigned}</strong> ${found}`)
  }
  if (check.type === 'unsigned') return checkLine('waiting', shown(verified.unsigned, reader))
  const { events, newer } = check
  const { number, at, size } = check.checkpoint
  const by = { number, at: new Time(at), size }
  const link = html`<a href="${checkpointUrl(check.checkpoint)}">${checkpoints.one(number)}</a>`
  return newer === events
    ? checkLine('waiting', html`${shown(verified.allNewer(events, by), reader)} ${link}`)
    : checkLine('whole', html`${shown(verified.whole(events, newer, by), reader)} ${link}`)
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
