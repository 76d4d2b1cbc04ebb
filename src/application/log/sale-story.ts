// The story of a sale for the auditor's page: a headline and the sentences under it.

import type { SaleId } from '../../domain/ids.ts'
import { referenceOf } from '../../domain/sale/reference.ts'
import { type CreateStep, type FailedStep, STEP_NAMES } from '../../domain/sale/steps.ts'
import type { EpochMs } from '../../domain/time.ts'
import { durationText } from './durations.ts'
import { handedOverWords } from './phrases.ts'
import type { ListedSale, SaleMail } from './sale-reader.port.ts'
import type { SaleTrail, TrailRecord } from './sale-trail.ts'

/** A piece of text, or a time to be shown in the reader's way. */
export type StoryPart = string | { readonly at: EpochMs }

/** A few words for the status, and the sentences that say what happened and what is left. */
export type Story = { readonly headline: string; readonly sentences: readonly StoryPart[] }

const WHY: Readonly<Record<FailedStep, string>> = {
  contact: 'the contact could not be used',
  products: 'the products could not be sold',
  deal: 'the CRM refused the Deal',
  quote: 'the CRM refused the Quote',
  salesOrder: 'the CRM refused the Sales Order',
  deadline: 'it was not complete in time',
  interrupted: 'the gateway stopped in the middle of it, and its caller could not ask again',
}

const PERSON_NEEDED = 'a person is needed, the gateway keeps trying'

/** What happened to a sale and whether anything of it is left in the CRM, in plain words. */
export function storyOf(sale: ListedSale, trail: SaleTrail, mails: readonly SaleMail[]): Story {
  switch (sale.status) {
    case 'in_progress':
      return { headline: 'In progress.', sentences: [inProgress(trail)] }
    case 'completed':
      return { headline: 'Completed.', sentences: [completed(sale, trail), ...mailed(mails)] }
    case 'rolling_back':
      return {
        headline: 'Being rolled back',
        sentences: [`${why(sale)} ${goingOn(sale, trail)}`, ...mailedOrNot(mails)],
      }
    case 'rolled_back':
      return {
        headline: 'Rolled back',
        sentences: [`${why(sale)} ${undone(trail)}`, ...mailedOrNot(mails)],
      }
    case 'stuck':
      return {
        headline: 'Stuck: a person is needed.',
        sentences: [
          `${left(sale.saleId, trail)} Please remove this in the CRM, or make it removable; the ` +
            `gateway keeps trying. The sale has to be rolled back ${why(sale)}`,
          ...mailedOrNot(mails),
        ],
      }
  }
}

function inProgress({ records: all, due, pricedAt, interruptions }: SaleTrail): string {
  const records = all.filter(({ isSeen }) => isSeen)
  const made = records.length === 0 ? '' : `${named(records)} ${was(records)} created. `
  const doing =
    pricedAt === null || due === null
      ? 'The contact and the products are being read.'
      : `The ${STEP_NAMES[due]} is being created.`
  return made + doing + (interruptions > 0 ? ' It was taken up again after a restart.' : '')
}

function completed(sale: ListedSale, trail: SaleTrail): string {
  const own = trail.records.filter(({ id }) => idsOf(sale).includes(id))
  const others = trail.records.filter(({ id }) => !idsOf(sale).includes(id))
  const tookMs = (sale.endedAt ?? sale.requestedAt) - sale.requestedAt
  const made = `${named(own)} were created in ${durationText(tookMs)}.`
  const present = others.filter(isPresent)
  if (present.length > 0) {
    const fate = trail.isStuck ? `cannot be deleted: ${PERSON_NEEDED}` : 'has to be deleted'
    return `${made} Beside them, ${named(present)} ${is(present)} still in the CRM and ${fate}.`
  }
  const open = stillOpen(trail)
  if (open.length > 0) {
    const searched = trail.isStuck
      ? `the CRM has to be searched for a second record and that keeps failing: ${PERSON_NEEDED}`
      : 'the CRM is searched again for a second record'
    return `${made} The create of ${steps(open)} was not answered at first, so ${searched}.`
  }
  const gone =
    others.length === 0 ? '' : ` ${named(others)}, found beside them, ${was(others)} deleted.`
  return `${made}${gone} Nothing else is left in the CRM.`
}

function why({ failure }: ListedSale): string {
  if (failure === null) return 'for a reason that is not known.'
  return `because ${WHY[failure.step]}: “${failure.message.replace(/\s+/g, ' ').trim()}”.`
}

function undone(trail: SaleTrail): string {
  const { records, looks } = trail
  const found = looks.reduce((sum, look) => sum + look.found, 0)
  const deleted =
    records.length === 0
      ? 'Nothing had been created.'
      : `${named(records)} ${was(records)} deleted.`
  const searched =
    looks.length === 0
      ? ''
      : ` The CRM was searched ${times(looks.length)} and ${found === 0 ? 'nothing more' : counted(found)} was found.`
  return `${deleted}${searched} Nothing is left in the CRM.`
}

function goingOn(sale: ListedSale, trail: SaleTrail): string {
  const gone = trail.records.filter((record) => !isPresent(record))
  const deleted = gone.length === 0 ? '' : `${named(gone)} ${was(gone)} deleted. `
  return `${deleted}${left(sale.saleId, trail)} This goes on by itself.`
}

/** What of the sale is in the CRM, or may be there. */
function left(saleId: SaleId, trail: SaleTrail): string {
  const present = trail.records.filter(isPresent)
  const open = stillOpen(trail)
  const known = present.length === 0 ? [] : [`${named(present)} ${is(present)} still in the CRM`]
  const perhaps = open.map(
    (step) => `a ${STEP_NAMES[step]} with the reference ${referenceOf(saleId, step)} may be there`,
  )
  if (known.length + perhaps.length === 0) return 'Nothing is known to be left in the CRM.'
  return sentence(`${inWords([...known, ...perhaps])}.`)
}

function mailedOrNot(mails: readonly SaleMail[]): readonly StoryPart[] {
  return mails.length === 0 ? [' No mail about it is known.'] : mailed(mails)
}

/** What a mail is about beside the failure itself. */
const MAILED_THAT: Partial<Record<SaleMail['about'], string>> = {
  stuck: ' that a person is needed',
  solved: ' that no person is needed any more',
  unreadable: ' that its log cannot be read',
}

function mailed(mails: readonly SaleMail[]): readonly StoryPart[] {
  return mails.flatMap(({ about, sentAt, attempts, handedOver }): readonly StoryPart[] => {
    const what = MAILED_THAT[about] ?? ''
    if (sentAt !== null) {
      return handedOver?.way === 'smtp'
        ? [` IT was told${what} by mail at `, { at: sentAt }, '.']
        : [
            ` The mail that tells IT${what} ${handedOverWords(handedOver)}, at `,
            { at: sentAt },
            '.',
          ]
    }
    const tried =
      attempts === 0 ? '' : `, after ${attempts} failed attempt${attempts === 1 ? '' : 's'}`
    return [` The mail that tells IT${what} is not accepted yet${tried}; it is tried again.`]
  })
}

function idsOf(sale: ListedSale): readonly (string | null)[] {
  return [sale.dealId, sale.quoteId, sale.salesOrderId]
}

function isPresent(record: TrailRecord): boolean {
  return record.deletedAt === null
}

function stillOpen(trail: SaleTrail): readonly CreateStep[] {
  return trail.open.filter(({ closedAt }) => closedAt === null).map(({ step }) => step)
}

function named(records: readonly TrailRecord[]): string {
  return inWords(
    records.map(({ step, id, isSeen }) => {
      return `${STEP_NAMES[step]} ${id}${isSeen ? '' : ' (which the CRM only named)'}`
    }),
  )
}

function steps(names: readonly CreateStep[]): string {
  return inWords(names.map((step) => `the ${STEP_NAMES[step]}`))
}

function was({ length }: readonly unknown[]): string {
  return length === 1 ? 'was' : 'were'
}

function is({ length }: readonly unknown[]): string {
  return length === 1 ? 'is' : 'are'
}

function counted(count: number): string {
  return count === 1 ? 'one record more' : `${count} records more`
}

function times(count: number): string {
  return count === 1 ? 'once' : count === 2 ? 'twice' : `${count} times`
}

function inWords(items: readonly string[]): string {
  const last = items.at(-1) ?? ''
  return items.length < 2 ? last : `${items.slice(0, -1).join(', ')} and ${last}`
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
