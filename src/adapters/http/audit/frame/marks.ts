// The symbols of what a check found.

import { type Html, html } from '../../../../application/evidence/report/html.ts'

/** As it was signed, not signed yet, not as it was signed. */
export type MarkKind = 'whole' | 'waiting' | 'wrong'

const PATHS: Readonly<Record<MarkKind, Html>> = {
  whole: html`<path d="M3 8.5 6.5 12 13 4.5"/>`,
  waiting: html`<path d="M8 4v4l3 2M8 2a6 6 0 1 0 .01 0z"/>`,
  wrong: html`<path d="M4 4l8 8M12 4l-8 8"/>`,
}

export function mark(kind: MarkKind): Html {
  return html`<svg width="14" height="14" viewBox="0 0 16 16" aria-hidden="true">${PATHS[kind]}</svg>`
}

/** A line about what a check found, with its symbol. */
export function checkLine(kind: MarkKind, words: Html): Html {
  return html`<p class="verified ${kind}">${mark(kind)}${words}</p>`
}
