// Shows sentences and times on a page.

import { type Html, html } from '../../../../application/evidence/report/html.ts'
import { quoted, sentenceHtml } from '../../../../application/evidence/report/sentence-html.ts'
import type { Sentence } from '../../../../application/words/sentence.ts'
import type { Term } from '../../../../application/words/terms.ts'
import { timeText } from '../../../../application/words/zone.ts'
import type { EpochMs } from '../../../../domain/time.ts'
import type { PageReader } from './reader.ts'

/** A time in the reader's zone, to the second. */
export function timeTag(at: EpochMs, { zone }: Pick<PageReader, 'zone'>): Html {
  return html`<time datetime="${new Date(at).toISOString()}">${timeText(zone, at)}</time>`
}

/** A sentence whose terms lead to the glossary. */
export function shown(sentence: Sentence, reader: Pick<PageReader, 'words' | 'zone'>): Html {
  return sentenceHtml(sentence, {
    words: reader.words,
    time: (at) => timeTag(at, reader),
    term: ({ term, text }) => termLink(term, text),
  })
}

/** The same where the page has led to its terms before. */
export function shownAgain(sentence: Sentence, reader: Pick<PageReader, 'words' | 'zone'>): Html {
  return sentenceHtml(sentence, {
    words: reader.words,
    time: (at) => timeTag(at, reader),
    term: ({ text }) => text,
  })
}

/** A word that leads to its entry in the glossary. */
export function termLink(term: Term, text: string): Html {
  return html`<a class="term" href="${GLOSSARY}#${term}">${text}</a>`
}

export const GLOSSARY = '/audit/glossary'

/** What the log has in English, whatever the language of the page. */
export function english(text: string, { words }: Pick<PageReader, 'words'>): Html {
  return quoted(text, words)
}
