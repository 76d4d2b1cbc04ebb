// The page that explains the words of the other pages.

import { html } from '../../../application/evidence/report/html.ts'
import { TERMS } from '../../../application/words/terms.ts'
import { page } from './frame/layout.ts'
import type { PageReader } from './frame/reader.ts'
import { english } from './frame/shown.ts'
import { EN } from './texts/en.ts'

/** Every term with its explanation, at an anchor of its name. */
export function glossaryPage(reader: PageReader): string {
  const { glossary } = reader.texts
  const isTranslated = reader.words.language !== 'en'
  return page(
    reader,
    glossary.title,
    html`<div class="head"><h1>${glossary.title}</h1></div>
<p class="lead">${glossary.lead}</p>
<dl class="glossary">
${TERMS.map((term) => {
  const { name, text } = glossary.terms[term]
  return html`<div id="${term}"><dt>${name}${
    isTranslated && html` <small>${english(EN.glossary.terms[term].name, reader)}</small>`
  }</dt><dd>${text}</dd></div>
`
})}</dl>`,
  )
}
