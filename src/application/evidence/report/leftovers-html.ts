import type { TrailLeftover } from '../../log/sale-trail.ts'
import type { Words } from '../../words/words.ts'
import { type Html, html } from './html.ts'
import { quoted } from './sentence-html.ts'

/** What of a stuck sale is left in the CRM, each with the reason that the log has. */
export function leftoversHtml(leftovers: readonly TrailLeftover[], words: Words): Html {
  const { notKnown } = words.report.facts
  return html`<ul class="leftovers">${leftovers.map(
    ({ step, what, reason }) =>
      html`<li>${words.steps[step]} <span class="mono">${what}</span>: ${reason === null ? notKnown : quoted(reason, words)}</li>`,
  )}</ul>`
}
