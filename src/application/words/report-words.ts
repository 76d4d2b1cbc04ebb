// What the words of a language are for the reports of a bundle.

import type { MailSubject } from '../mail/outbox.port.ts'
import type { Sentence, Time } from './sentence.ts'

export type ReportWords = {
  readonly saleTitle: (saleId: string) => string
  readonly whoAndWhat: string
  readonly products: string
  readonly records: string
  readonly mails: string
  readonly timeline: string
  readonly zone: (zone: string) => string
  /** The zone of the times, and whether more will follow. */
  readonly timesNote: (zone: string, atRest: boolean) => string
  readonly facts: {
    readonly sale: string
    readonly status: string
    readonly requested: string
    readonly ended: string
    readonly notEnded: string
    readonly contact: string
    readonly idempotencyKey: string
    readonly given: string
    readonly notGiven: string
    readonly notKnown: string
    readonly whyFailed: string
    readonly whyStuck: string
  }
  readonly lines: {
    readonly product: string
    readonly id: string
    readonly quantity: string
    readonly unitPrice: string
    readonly total: string
    readonly sum: string
    readonly amount: string
    /** That the sum is not the amount, and which of them counts. */
    readonly differs: string
    readonly notReadable: string
    readonly neverPriced: string
  }
  readonly crm: {
    readonly none: string
    readonly record: string
    readonly id: string
    readonly created: string
    readonly onlyNamed: string
    readonly deleted: string
    readonly notDeleted: string
  }
  readonly mail: {
    readonly none: string
    readonly at: string
    readonly about: string
    readonly way: string
    readonly place: string
    readonly notShown: string
    readonly position: (position: number) => string
    readonly withheldNote: string
    readonly subjects: Readonly<Record<MailSubject, string>>
  }
  readonly events: {
    readonly time: string
    readonly what: string
    readonly by: string
    readonly position: string
  }
  readonly range: {
    readonly title: (from: string, to: string) => string
    readonly verdict: (counts: RangeCounts) => Sentence
    readonly whatIsInIt: string
    readonly askedFor: string
    readonly askedTimes: (from: Time, to: Time) => Sentence
    readonly timesFound: string
    readonly noTimes: string
    readonly foundTimes: (first: Time | string, last: Time | string) => Sentence
    readonly began: string
    readonly note: string
    readonly byType: string
    readonly type: string
    readonly events: string
    readonly notReadable: string
    readonly failed: string
    readonly none: string
    readonly failedAt: string
    readonly sale: string
    readonly step: string
    readonly why: string
    readonly became: string
    readonly ends: Readonly<Record<'rolledBack' | 'stuck' | 'goingOn', string>>
    readonly unlisted: (listed: number, more: number) => string
  }
  readonly proof: {
    readonly title: string
    /** Around the names of files and the command, which are the same in every language. */
    readonly lead: Sentence
    readonly onward: Sentence
    readonly notShown: string
    readonly log: string
    readonly key: string
    readonly keyNotKnown: string
    readonly checkpoint: string
    readonly checkpointIs: (number: number, size: number, at: Time) => Sentence
    readonly taken: string
    readonly takenBy: (at: Time, who: string) => Sentence
    readonly software: string
  }
}

export type RangeCounts = {
  readonly events: number
  readonly first: number
  readonly last: number
  readonly requested: number
  readonly completed: number
  readonly failed: number
  readonly rolledBack: number
  readonly stuck: number
}
