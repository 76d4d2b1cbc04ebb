// The links to the main pages, in the header: side by side, or in a menu where there is no room.

import { type Html, html } from '../../../../application/evidence/report/html.ts'
import type { PageReader } from './reader.ts'
import { CHECKPOINTS, EVENTS } from './urls.ts'

const LINES = html`<svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true"><path d="M2 4h12M2 8h12M2 12h12"/></svg>`

function links({ texts, address }: PageReader): readonly Html[] {
  const { places } = texts.frame
  const [here] = address.split('?', 1)
  const all: readonly (readonly [string, string])[] = [
    ['/audit', places.sales],
    ['/audit/period', texts.period.title],
    [EVENTS, places.events],
    [CHECKPOINTS, places.checkpoints],
    ['/audit/glossary', texts.frame.glossary],
  ]
  return all.map(
    ([path, name]) =>
      html`<a href="${path}"${path === here && html` aria-current="page"`}>${name}</a>`,
  )
}

export function placeLinks(reader: PageReader): Html {
  return html`<span class="places">${links(reader)}</span>`
}

/** The same as a menu. Either of them is shown, never both. */
export function placeMenu(reader: PageReader): Html {
  return html`<details class="menu narrow-only"><summary aria-label="${reader.texts.frame.menu}">${LINES}</summary>
<div class="choices"><ul>${links(reader).map((link) => html`<li>${link}</li>`)}</ul></div></details>`
}
