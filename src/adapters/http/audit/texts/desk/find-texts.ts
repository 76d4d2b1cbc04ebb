// What the texts of the search are.

import type { FoundBy } from '../../../../../application/desk/find-anything.ts'
import type { Sentence, Time } from '../../../../../application/words/sentence.ts'

export type FindTexts = {
  readonly title: string
  /** Of the form, and of its button. */
  readonly label: string
  readonly placeholder: string
  /** Before the text that was looked for. */
  readonly found: string
  readonly nothing: string
  readonly tooLong: (max: number) => string
  /** What a sale was found by. */
  readonly groups: Readonly<Record<FoundBy, string>>
  readonly key: string
  readonly clients: string
  readonly asked: string
  readonly sales: string
  readonly events: string
  readonly more: (shown: number) => string
  readonly inList: string
  /** What became of a record, to be read behind its name. */
  readonly record: {
    readonly there: string
    readonly named: Sentence
    readonly deleted: (at: Time) => Sentence
    readonly removed: string
    readonly toEvent: (position: number) => string
  }
  readonly takes: string
  /** What the search takes, and an example of each. */
  readonly examples: readonly (readonly [what: Sentence, like: string])[]
}
