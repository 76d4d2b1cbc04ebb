// What the words of a language are: everything that people read of the log. What is missing in one does not compile.

import type { CreateStep, FailedStep } from '../../domain/sale/steps.ts'
import type { CrmCall } from '../log/crm-call.ts'
import type { ClientActor } from '../log/event-record.ts'
import type { PublicStatus } from '../log/sale-summary.ts'
import type { LogEvent } from '../log/service-events.ts'
import type { HandedOver, MailSubject } from '../mail/outbox.port.ts'
import type { ReportWords } from './report-words.ts'
import type { Sentence, Time } from './sentence.ts'

export const LANGUAGES = ['en', 'tr'] as const
/** By its code of ISO 639. */
export type Language = (typeof LANGUAGES)[number]

export type Words = {
  readonly language: Language
  /** The short names of milliseconds, seconds, minutes, hours and days. */
  readonly units: Readonly<Record<'ms' | 's' | 'min' | 'h' | 'd', string>>
  /** Stands between the whole seconds of a length of time and their fraction. */
  readonly decimalPoint: string
  /** Stands between each three digits of a large number. */
  readonly thousandsMark: string
  readonly statuses: Readonly<Record<PublicStatus, string>>
  readonly steps: Readonly<Record<CreateStep, string>>
  readonly failedSteps: Readonly<Record<FailedStep, string>>
  /** What happened, as a sentence without its full stop. */
  readonly events: {
    readonly [Event in LogEvent as Event['type']]: (data: Event['data']) => Sentence
  }
  readonly actors: {
    readonly client: (client: string, keyId: string) => string
    readonly operator: (name: string) => string
    readonly system: (name: string) => string
    /** What is known of who asked, by the names in the event. */
    readonly members: Readonly<Record<keyof ClientActor, string>>
  }
  readonly calls: {
    readonly operations: Readonly<Record<CrmCall['operation'], string>>
    readonly outcomes: Readonly<Record<CrmCall['outcome'], string>>
    readonly earlier: (count: number) => string
  }
  readonly mails: {
    /** What the mail about a sale says; other mails name no sale. */
    readonly titles: Readonly<Record<SaleMailSubject, string>>
    /** Which way a mail went, to be read behind its name. */
    readonly handedOver: (handedOver: HandedOver | null) => string
  }
  readonly story: StoryWords
  readonly report: ReportWords
}

export type SaleMailSubject = Extract<MailSubject, 'failed' | 'stuck' | 'solved' | 'unreadable'>

/** A record as a story names it. */
export type NamedRecord = {
  readonly step: CreateStep
  readonly id: string
  /** Whether the CRM has ever shown it, and not only named it. */
  readonly isSeen: boolean
}

/** Whole sentences of the story of a sale. */
export type StoryWords = {
  readonly headlines: Readonly<Record<PublicStatus, string>>
  readonly reading: Sentence
  readonly creating: (step: CreateStep) => Sentence
  readonly takenUpAgain: Sentence
  readonly created: (records: readonly NamedRecord[]) => Sentence
  readonly createdIn: (records: readonly NamedRecord[], duration: string) => Sentence
  /** Records beside those of a complete sale. */
  readonly beside: (records: readonly NamedRecord[], isStuck: boolean) => Sentence
  readonly besideDeleted: (records: readonly NamedRecord[]) => Sentence
  readonly searchedAgain: (steps: readonly CreateStep[], isStuck: boolean) => Sentence
  /** The steps whose create a former owner of the sale may have sent after it was taken over. */
  readonly woke: (steps: readonly CreateStep[]) => Sentence
  /** Behind `woke`, of a complete sale. */
  readonly searchedAfterWake: (isStuck: boolean) => Sentence
  readonly nothingElse: Sentence
  /** Behind the headline. `null` where the log has no reason. */
  readonly because: (failure: FailureWords | null) => Sentence
  readonly toBeRolledBack: (failure: FailureWords | null) => Sentence
  readonly nothingCreated: Sentence
  readonly deleted: (records: readonly NamedRecord[]) => Sentence
  /** Behind `deleted`: what was found is among the records that it names. */
  readonly searched: (looks: number, found: number) => Sentence
  readonly nothingLeft: Sentence
  readonly nothingKnownLeft: Sentence
  /** Records that are in the CRM, and references under which one may be there; at least one of them. */
  readonly left: (
    records: readonly NamedRecord[],
    perhaps: readonly { readonly step: CreateStep; readonly reference: string }[],
  ) => Sentence
  /** Why the CRM keeps a leftover: a record by its id, or what a reference may stand for. */
  readonly whyLeft: (leftover: {
    readonly step: CreateStep
    readonly what: string
    readonly isRecord: boolean
    readonly reason: string
  }) => Sentence
  readonly goesOn: Sentence
  readonly pleaseRemove: Sentence
  readonly noMail: Sentence
  readonly told: (about: MailSubject, at: Time) => Sentence
  readonly mailHandedOver: (about: MailSubject, handedOver: HandedOver | null, at: Time) => Sentence
  readonly mailWaits: (about: MailSubject, attempts: number) => Sentence
}

export type FailureWords = { readonly step: FailedStep; readonly message: string }
