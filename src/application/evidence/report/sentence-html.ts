// Writes sentences for people as HTML.

import type { EpochMs } from '../../../domain/time.ts'
import { Quotation, type Sentence, type TermWord, Time } from '../../words/sentence.ts'
import type { Words } from '../../words/words.ts'
import { type Html, html } from './html.ts'

/** How a page shows the parts of a sentence that are not plain text. */
export type Shown = {
  readonly words: Pick<Words, 'language'>
  readonly time: (at: EpochMs) => Html | string
  readonly term: (word: TermWord) => Html | string
}

export function sentenceHtml({ parts }: Sentence, shown: Shown): Html {
  return html`${parts.map((part) => {
    if (typeof part === 'string') return part
    if (part instanceof Time) return shown.time(part.at)
    return part instanceof Quotation ? quoted(part.text, shown.words) : shown.term(part)
  })}`
}

/** Words that are English in every language, marked as such for screen readers and translators. */
export function quoted(text: string, { language }: Pick<Words, 'language'>): Html {
  return language === 'en' ? html`${text}` : html`<span lang="en">${text}</span>`
}
