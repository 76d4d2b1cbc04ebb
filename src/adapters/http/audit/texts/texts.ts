// What the texts of the pages are in each language. One that is missing does not compile.

import type { Sentence, Time } from '../../../../application/words/sentence.ts'
import type { Term } from '../../../../application/words/terms.ts'
import type { CreateStep } from '../../../../domain/sale/steps.ts'
import type { CheckpointTexts } from './desk/checkpoint-texts.ts'
import type { EventsTexts, KeyTexts } from './desk/events-texts.ts'
import type { FindTexts } from './desk/find-texts.ts'
import type { FilterName, PlaceName } from './filter-names.ts'
import type { PeriodTexts } from './period/period-texts.ts'

export type Texts = {
  /** The name of this language in itself. */
  readonly language: string
  readonly frame: {
    readonly site: string
    readonly skip: string
    readonly navigation: string
    /** The menu of the main pages, on a narrow screen. */
    readonly menu: string
    readonly places: Readonly<Record<Place, string>>
    readonly allSales: string
    readonly glossary: string
    readonly readOnly: Sentence
    readonly times: string
    readonly chooseZone: Sentence
    /** Behind the zone that the browser is set to. */
    readonly yourZone: string
    readonly copy: string
    readonly copied: string
  }
  readonly messages: {
    readonly notFound: Message
    readonly noSuchSale: string
    readonly keyNeeded: Message
    readonly keyWithoutScope: string
    /** Another site made the browser ask. */
    readonly otherSite: Message
    /** The address of a file was opened, in the place of its button. */
    readonly byButton: Message
    /** How to go on, behind what the gateway said. */
    readonly tooMany: Message
    readonly failed: string
  }
  readonly signIn: SignInTexts
  readonly list: {
    readonly title: string
    readonly csv: string
    readonly caption: string
    readonly none: string
    readonly toNewest: string
    readonly pages: string
    readonly newest: string
    readonly newer: string
    readonly older: string
    readonly oldest: string
    /** Which sales of all that fit a page shows. */
    readonly place: (first: string, last: string, all: string) => string
    readonly sinceLook: (at: Time) => Sentence
    readonly sale: string
    readonly columns: Readonly<Record<ListColumn, string>>
  }
  readonly totals: TotalsTexts
  readonly period: PeriodTexts
  readonly sheet: SheetTexts
  readonly filters: {
    readonly summary: string
    readonly form: string
    readonly labels: Readonly<Record<FilterName | PlaceName, string>>
    /** A label with the zone in which its times are. */
    readonly inZone: (label: string, zone: string) => string
    readonly any: string
    readonly show: string
    readonly clear: string
    readonly unusable: string
    readonly problems: FilterProblems
  }
  readonly sale: SaleTexts
  readonly lanes: LaneTexts
  readonly verified: VerifiedTexts
  readonly find: FindTexts
  readonly events: EventsTexts
  readonly keys: KeyTexts
  readonly checkpoints: CheckpointTexts
  readonly glossary: {
    readonly title: string
    readonly lead: string
    readonly terms: Readonly<Record<Term, TermTexts>>
  }
}

/** The main pages. */
export type Place = 'sales' | 'events' | 'checkpoints'

export type SignInTexts = {
  /** Also on its button, and on links to it. */
  readonly title: string
  readonly lead: string
  readonly key: string
  readonly wrongKey: string
  readonly lasts: string
  readonly signedOut: string
  readonly browserHasKey: string
  readonly signOut: string
  readonly signedInWith: (keyId: string, client: string) => string
  readonly belongsTo: (keyId: string, client: string) => string
  readonly needs: string
  /** Before the scopes that a key has. */
  readonly has: string
  readonly withAnother: string
}

type Message = { readonly title: string; readonly text: string }

export type ListColumn =
  | 'status'
  | 'sale'
  | 'requested'
  | 'took'
  | 'client'
  | 'contact'
  | 'amount'
  | 'failure'

/** Why a filter cannot be used, to be read behind its name. */
export type FilterProblems = {
  readonly once: string
  readonly oneOf: (values: readonly string[]) => string
  readonly tooLong: (max: number) => string
  readonly contactId: string
  readonly time: string
  readonly zone: string
  readonly place: string
  /** `after` and `before` are both given. */
  readonly onePlace: string
  /** An end before its beginning. */
  readonly order: string
  readonly tooFar: (months: number) => string
}

/** A column of a CSV file for spreadsheets. */
export type SheetColumn =
  | Exclude<ListColumn, 'took' | 'failure'>
  | CreateStep
  | 'ended'
  | 'seconds'
  | 'currency'
  | 'failedStep'
  | 'reason'
  | 'position'
  | 'sequence'
  | 'at'
  | 'type'
  | 'what'
  | 'who'
  | 'data'

export type SheetTexts = {
  /** The buttons, by what stands between two cells. */
  readonly buttons: Readonly<Record<'comma' | 'semicolon', string>>
  readonly columns: Readonly<Record<SheetColumn, string>>
  /** In the place of data that no cell holds. */
  readonly tooLong: string
}

/** How many sales there are, and what they add up to. */
export type TotalsTexts = {
  readonly title: string
  readonly all: string
  readonly sales: (count: number, text: string) => string
  readonly notSummed: (text: string) => string
  readonly whyNotSummed: string
}

export type TermTexts = { readonly name: string; readonly text: string }

/** The sections of the page of a sale. */
export type SaleSection = 'facts' | 'timeline' | 'products' | 'mails' | 'events'

export type SaleTexts = {
  readonly title: (saleId: string) => string
  /** The heading before the id. */
  readonly heading: string
  readonly whatHappened: string
  readonly bundle: string
  readonly eventsCsv: string
  readonly print: string
  readonly sections: Readonly<Record<SaleSection, Sentence>>
  readonly jsonSummary: string
  readonly jsonLabel: string
  readonly asOf: (at: Time) => Sentence
  readonly loadAgain: string
  readonly facts: {
    readonly requested: string
    readonly ended: string
    readonly notYet: string
    readonly runningFor: string
    readonly took: string
    readonly amount: string
    readonly notPriced: string
    readonly contact: Sentence
    readonly idempotencyKey: Sentence
    readonly given: string
    readonly notGiven: string
    readonly notKnown: string
  }
  readonly mails: {
    readonly none: string
    readonly waits: (title: string, since: Time, attempts: number) => Sentence
    readonly sent: (title: string, handedOver: string, at: Time) => Sentence
    readonly messageId: (id: string) => string
  }
  readonly event: {
    readonly position: (position: number) => Sentence
    readonly asStored: (sequence: number | null) => string
    readonly asJson: (sequence: number | null) => string
  }
}

export type LaneTexts = {
  readonly caption: string
  readonly drawing: string
  readonly record: string
  readonly created: string
  readonly deleted: string
  readonly reading: string
  readonly notRead: string
  readonly readIn: (duration: string) => string
  readonly notKnown: string
  readonly beingCreated: string
  readonly notCreated: string
  /** Of a step that was not begun when the sale failed. */
  readonly notReached: string
  readonly onceMore: (record: string) => string
  readonly foundAt: (since: string) => string
  readonly took: (since: string, duration: string) => string
  readonly stillThere: string
  readonly failedAt: (since: string) => string
  /** Of the step that was under way when the time ran out, or the gateway stopped. */
  readonly stoppedAt: (since: string) => string
  readonly legend: Readonly<
    Record<'create' | 'there' | 'delete' | 'unknown' | 'failed' | 'note', string>
  >
}

/** Whether the events of a sale are as they were signed. */
export type VerifiedTexts = {
  readonly notAsSigned: string
  readonly unsigned: Sentence
  readonly allNewer: (events: number, checkpoint: VerifiedBy) => Sentence
  /** The last `newer` events are not in the checkpoint yet; 0 where all are. */
  readonly whole: (events: number, newer: number, checkpoint: VerifiedBy) => Sentence
  /** The same in a few words, for each printed page. */
  readonly printed: {
    readonly wrong: string
    readonly unsigned: string
    readonly checkpoint: (covers: 'all' | 'some' | 'none', checkpoint: VerifiedBy) => Sentence
  }
}

export type VerifiedBy = { readonly number: number; readonly at: Time; readonly size: number }
