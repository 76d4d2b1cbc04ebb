import { WORDS } from '../../../../application/words/reader.ts'
import type { Words } from '../../../../application/words/words.ts'
import type { FilterName } from '../texts/filter-names.ts'
import type { Texts } from '../texts/texts.ts'
import { TEXTS } from './reader.ts'

type Reading = { readonly texts: Texts; readonly words: Words }

/** A refusal that a person reads in the language of the page, and a program in English. */
export class PageRefusal extends Error {
  readonly statusCode: number
  readonly #why: (reader: Reading) => string
  readonly #field: FilterName | undefined

  constructor(statusCode: number, why: (reader: Reading) => string, field?: FilterName) {
    const english = why({ texts: TEXTS.en, words: WORDS.en })
    super(field === undefined ? english : `${field}: ${english}`)
    this.statusCode = statusCode
    this.#why = why
    this.#field = field
  }

  /** What a person is told, with the field as the page calls it. */
  textFor(reader: Reading): string {
    const why = this.#why(reader)
    return this.#field === undefined ? why : `${reader.texts.filters.labels[this.#field]}: ${why}`
  }
}
