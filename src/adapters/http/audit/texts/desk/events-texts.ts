// What the texts of the events of no sale, and of the keys, are.

import type { EventGroup } from '../../../../../application/desk/event-groups.ts'
import type { SignInFailure } from '../../../../../application/log/service-events.ts'
import type { EventCheck } from '../../../../../application/verify/verify-events.ts'
import type { Sentence, Time } from '../../../../../application/words/sentence.ts'

export type EventsTexts = {
  readonly title: string
  readonly lead: Sentence
  readonly groupsLabel: string
  readonly groups: Readonly<Record<EventGroup | 'all', string>>
  readonly form: string
  readonly of: string
  readonly ofs: Readonly<Record<'key' | 'client' | 'operator', string>>
  readonly who: string
  readonly none: string
  /** Where there are other pages beside an empty one. */
  readonly goesOn: (lookedAt: number) => string
  readonly unreadable: string
  readonly asStored: (position: number) => string
  readonly checked: (
    events: number,
    found: { readonly whole: number; readonly newer: number },
    checkpoint: { readonly number: number; readonly at: Time; readonly size: number },
  ) => Sentence
  readonly someWrong: (events: number) => string
  readonly marks: Readonly<Record<EventCheck['type'], string>>
  readonly key: (keyId: string) => string
  readonly sale: (saleId: string) => string
  readonly signIns: {
    readonly reasons: Readonly<Record<SignInFailure, string>>
    readonly others: string
  }
  /** `before` is the size of the newest checkpoint then; `undefined` for none. */
  readonly loss: (before: number | undefined, after: number) => string
  readonly shutUntil: (at: Time, duration: string) => Sentence
  readonly stillShut: Sentence
  readonly whileShut: string
  readonly eventsThen: string
  readonly salesThen: string
  readonly salesMeanwhile: string
  readonly noSaleMeanwhile: string
  /** Where there were more sales or events than are shown or looked at. */
  readonly othersMeanwhile: string
}

export type KeyTexts = {
  readonly title: (keyId: string) => string
  readonly heading: string
  readonly state: string
  readonly states: Readonly<Record<'good' | 'expired' | 'revoked', string>>
  readonly client: string
  readonly scopes: string
  readonly noScope: string
  readonly made: string
  readonly madeBy: string
  readonly lastUsed: string
  readonly neverUsed: string
  readonly expires: string
  readonly never: string
  readonly until: (at: Time | string) => Sentence
  readonly rotatedBy: string
  readonly revoked: string
  readonly revokedBy: string
  readonly notInLog: string
  readonly events: string
  readonly sales: string
  readonly clientEvents: string
  readonly history: string
  readonly noHistory: string
  readonly asked: string
  readonly noneAsked: string
  /** How many are listed, of how many. */
  readonly askedCount: (shown: string, all: string) => string
  /** Where not all sales of the client were looked at. */
  readonly lookedAt: (sales: string) => string
}
