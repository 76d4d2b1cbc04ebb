// What the texts of the page of the checkpoints are.

import type { CheckpointStanding } from '../../../../../application/desk/list-checkpoints.ts'
import type { Sentence } from '../../../../../application/words/sentence.ts'

export type CheckpointColumn = 'number' | 'time' | 'size' | 'root' | 'signer' | 'standing'

export type CheckpointTexts = {
  readonly title: string
  readonly lead: Sentence
  /** A link to one. */
  readonly one: (number: number) => string
  readonly key: {
    readonly title: string
    readonly fingerprint: Sentence
    readonly vkey: string
    readonly why: Sentence
  }
  readonly newest: {
    readonly title: string
    readonly why: string
    readonly line: string
    readonly note: string
    readonly none: string
  }
  readonly compare: {
    readonly title: string
    /** What to compare with, and the command for it; the vkey is that of this log. */
    readonly ways: (vkey: string) => readonly (readonly [what: Sentence, command?: string])[]
    readonly otherwise: string
    readonly losses: string
  }
  readonly list: string
  readonly form: string
  readonly none: string
  readonly columns: Readonly<Record<CheckpointColumn, string>>
  readonly standings: Readonly<Record<CheckpointStanding, string>>
  readonly unreadable: string
}
