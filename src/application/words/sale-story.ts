// The story of a sale: a headline and the sentences under it, in the words of a language.

import { referenceOf } from '../../domain/sale/reference.ts'
import type { ListedSale, SaleMail } from '../log/sale-reader.port.ts'
import type { OpenCreate, SaleTrail, TrailRecord } from '../log/sale-trail.ts'
import { durationText } from './durations.ts'
import { type Sentence, Time, together } from './sentence.ts'
import type { Words } from './words.ts'

/** A few words for the status, and the sentences that say what happened and what is left. */
export type Story = { readonly headline: string; readonly sentences: Sentence }

/** What happened to a sale and whether anything of it is left in the CRM, in plain words. */
export function storyOf(
  sale: ListedSale,
  trail: SaleTrail,
  mails: readonly SaleMail[],
  words: Words,
): Story {
  const { story } = words
  const headline = story.headlines[sale.status]
  const failure = sale.failure && { ...sale.failure, message: oneLine(sale.failure.message) }
  const told = (...sentences: readonly (Sentence | undefined)[]): Story => ({
    headline,
    sentences: together(...sentences),
  })
  switch (sale.status) {
    case 'in_progress':
      return told(...inProgress(trail, words))
    case 'completed':
      return told(...completed(sale, trail, words), ...mailed(mails, words))
    case 'rolling_back':
      return told(
        story.because(failure),
        ...goingOn(sale, trail, words),
        ...mailedOrNot(mails, words),
      )
    case 'rolled_back':
      return told(story.because(failure), ...undone(trail, words), ...mailedOrNot(mails, words))
    case 'stuck':
      return told(
        left(sale, trail, words),
        ...whyLeft(trail, words),
        story.pleaseRemove,
        story.toBeRolledBack(failure),
        woke(trail, story),
        ...mailedOrNot(mails, words),
      )
  }
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}

type Sentences = readonly (Sentence | undefined)[]

function inProgress(trail: SaleTrail, { story }: Words): Sentences {
  const { due, pricedAt, interruptions } = trail
  const records = trail.records.filter(({ isSeen }) => isSeen)
  return [
    records.length === 0 ? undefined : story.created(records),
    pricedAt === null || due === null ? story.reading : story.creating(due),
    interruptions > 0 ? story.takenUpAgain : undefined,
    woke(trail, story),
  ]
}

function completed(sale: ListedSale, trail: SaleTrail, words: Words): Sentences {
  const { story } = words
  const own = trail.records.filter(({ id }) => idsOf(sale).includes(id))
  const others = trail.records.filter(({ id }) => !idsOf(sale).includes(id))
  const tookMs = (sale.endedAt ?? sale.requestedAt) - sale.requestedAt
  const made = story.createdIn(own, durationText(tookMs, words))
  const present = others.filter(isPresent)
  if (present.length > 0) {
    const beside = story.beside(present, trail.isStuck)
    return [made, woke(trail, story), beside, ...whyLeft(trail, words)]
  }
  const open = stillOpen(trail)
  if (open.length > 0) {
    return [made, ...searching(open, trail, story), ...whyLeft(trail, words)]
  }
  const gone = others.length === 0 ? undefined : story.besideDeleted(others)
  return [made, woke(trail, story), gone, story.nothingElse]
}

/** Why the CRM is searched for a second record: a create was not answered, or a former owner woke. */
function searching(
  open: readonly OpenCreate[],
  trail: SaleTrail,
  story: Words['story'],
): Sentences {
  const unanswered = open.filter(({ isLate }) => !isLate).map(({ step }) => step)
  return [
    unanswered.length === 0 ? undefined : story.searchedAgain(unanswered, trail.isStuck),
    woke(trail, story),
    unanswered.length === open.length ? undefined : story.searchedAfterWake(trail.isStuck),
  ]
}

function woke({ woken }: SaleTrail, story: Words['story']): Sentence | undefined {
  return woken.length === 0 ? undefined : story.woke(woken)
}

function undone(trail: SaleTrail, { story }: Words): Sentences {
  const { records, looks } = trail
  const found = looks.reduce((sum, look) => sum + look.found, 0)
  return [
    records.length === 0 ? story.nothingCreated : story.deleted(records),
    woke(trail, story),
    looks.length === 0 ? undefined : story.searched(looks.length, found),
    story.nothingLeft,
  ]
}

function goingOn(sale: ListedSale, trail: SaleTrail, words: Words): Sentences {
  const { story } = words
  const gone = trail.records.filter((record) => !isPresent(record))
  return [
    gone.length === 0 ? undefined : story.deleted(gone),
    woke(trail, story),
    left(sale, trail, words),
    story.goesOn,
  ]
}

/** What of the sale is in the CRM, or may be there. */
function left({ saleId }: ListedSale, trail: SaleTrail, { story }: Words): Sentence {
  const present = trail.records.filter(isPresent)
  const perhaps = stillOpen(trail).map(({ step }) => ({
    step,
    reference: referenceOf(saleId, step),
  }))
  const isNothing = present.length + perhaps.length === 0
  return isNothing ? story.nothingKnownLeft : story.left(present, perhaps)
}

/** Why the CRM keeps what is left, where the log says it. */
function whyLeft({ leftovers }: SaleTrail, { story }: Words): Sentences {
  return leftovers.map(({ reason, ...leftover }) =>
    reason === null ? undefined : story.whyLeft({ ...leftover, reason: oneLine(reason) }),
  )
}

function mailedOrNot(mails: readonly SaleMail[], words: Words): Sentences {
  return mails.length === 0 ? [words.story.noMail] : mailed(mails, words)
}

function mailed(mails: readonly SaleMail[], { story }: Words): Sentences {
  return mails.map(({ about, sentAt, attempts, handedOver }) => {
    if (sentAt === null) return story.mailWaits(about, attempts)
    const at = new Time(sentAt)
    return handedOver?.way === 'smtp'
      ? story.told(about, at)
      : story.mailHandedOver(about, handedOver, at)
  })
}

function idsOf(sale: ListedSale): readonly (string | null)[] {
  return [sale.dealId, sale.quoteId, sale.salesOrderId]
}

function isPresent(record: TrailRecord): boolean {
  return record.deletedAt === null
}

function stillOpen(trail: SaleTrail): readonly OpenCreate[] {
  return trail.open.filter(({ closedAt }) => closedAt === null)
}
