// Shows the status of a sale.

import { type Html, html } from '../../../../application/evidence/report/html.ts'
import type { PublicStatus } from '../../../../application/log/sale-summary.ts'
import type { Term } from '../../../../application/words/terms.ts'
import type { PageReader } from './reader.ts'
import { termLink } from './shown.ts'

// Each status has a shape of its own: many readers cannot tell the colours apart.
const SYMBOLS: Readonly<Record<PublicStatus, Html>> = {
  in_progress: html`<circle cx="8" cy="8" r="5.5" stroke-dasharray="22 13"/>`,
  completed: html`<path d="M3 8.5 6.5 12 13 4.5"/>`,
  rolling_back: html`<path d="M6 3 3 6l3 3M3 6h6.5a3.5 3.5 0 0 1 0 7H8" stroke-dasharray="3 2"/>`,
  rolled_back: html`<path d="M6 3 3 6l3 3M3 6h6.5a3.5 3.5 0 0 1 0 7H6"/>`,
  stuck: html`<path d="M8 3v6M8 12.5v.5"/>`,
}

/** The status as a word with a symbol; with a term, the word leads to the glossary. */
export function statusTag(
  status: PublicStatus,
  { words }: Pick<PageReader, 'words'>,
  term?: Term,
): Html {
  const word = words.statuses[status]
  return html`<span class="status ${status}"><svg width="14" height="14" viewBox="0 0 16 16" aria-hidden="true">${SYMBOLS[status]}</svg>${term === undefined ? word : termLink(term, word)}</span>`
}
