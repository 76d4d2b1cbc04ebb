// One question of a rehearsal, and what it is asked with.

import type { Timer } from '../../../application/base/clock.port.ts'
import { msBetween } from '../../../domain/time.ts'
import type { ZohoConfig } from '../exchange/zoho-config.ts'
import type { MadeRecords } from './made-records.ts'
import { createdId, type Heard, NotAnswered, type RawCalls, said } from './raw-calls.ts'

export type Answered = {
  readonly question: string
  readonly answer: string
  /** What was heard, in Zoho's own words. */
  readonly evidence: string
  /** What the gateway takes for granted. */
  readonly assumes: string
  readonly verdict: 'agrees' | 'differs' | 'notAnswered'
  /** What to change where they differ; `null` where nothing is to be changed. */
  readonly setting: string | null
}

/** A question, and the function that asks it. */
export type Question = {
  readonly question: string
  readonly assumes: string
  /** @throws {NotAnswered} and {Stopped} */
  readonly ask: (rehearsal: Rehearsal) => Promise<Omit<Answered, 'question' | 'assumes'>>
}

/** Thrown between two calls when the rehearsal is to stop. */
export class Stopped extends Error {
  override readonly name = 'Stopped'
}

export type Rehearsal = {
  readonly send: RawCalls
  readonly made: MadeRecords
  readonly clock: Timer
  readonly config: Pick<ZohoConfig, 'referenceField'>
  /** `ZOHO_SETTLE_MS` */
  readonly settleMs: number
  /** A new reference, of small letters and digits only. */
  readonly newReference: () => string
  /** The body of a create of a Deal with this reference. */
  readonly dealBody: (reference: string) => string
  /** The body of a create of a Quote of this Deal, with one line. */
  readonly quoteBody: (reference: string, dealId: string) => string
  /** Waits. @throws {Stopped} */
  readonly pause: (ms: number) => Promise<void>
  /** Milliseconds that creates took, the slowest query until now, both to plan by. */
  readonly measured: { readonly createMs: number[]; coqlLagMs: number }
}

export const DEALS = 'Deals'

/** Makes a Deal, and returns its id. @throws {NotAnswered} where it is refused */
export async function makeDeal(rehearsal: Rehearsal, reference: string): Promise<string> {
  const heard = await createDeal(rehearsal, reference)
  const id = createdId(heard.reply)
  if (id !== undefined) return id
  throw new NotAnswered(`a Deal could not be created: ${said(heard.reply)}`)
}

export async function createDeal(
  { made, dealBody, measured }: Rehearsal,
  reference: string,
): Promise<Heard> {
  const heard = await made.create({ module: DEALS, reference, body: dealBody(reference) })
  if (createdId(heard.reply) !== undefined) measured.createMs.push(heard.tookMs)
  return heard
}

/** Milliseconds between two looks: short at first, so that a short delay is measured well. */
const LOOK_FIRST_MS = 25
const LOOK_MAX_MS = 1_000

/**
 * Looks again and again, and returns after how many milliseconds it was there; `undefined` where it
 * was not there within `limitMs`.
 */
export async function seenAfter(
  { clock, pause }: Rehearsal,
  limitMs: number,
  look: () => Promise<boolean>,
): Promise<number | undefined> {
  const begin = clock.instant()
  for (let pauseMs = LOOK_FIRST_MS; ; pauseMs = Math.min(2 * pauseMs, LOOK_MAX_MS)) {
    const askedAt = clock.instant()
    if (await look()) return msBetween(begin, askedAt)
    if (msBetween(begin, clock.instant()) >= limitMs) return undefined
    await pause(pauseMs)
  }
}

export function inWords(ms: number | undefined, limitMs: number): string {
  if (ms === undefined) return `not within ${limitMs} ms`
  return ms === 0 ? 'at the first look' : `${ms} ms`
}

/** The settle time is to be some times the slowest that was ever measured. */
const SETTLE_FACTOR = 4

/** A settle time for records that are seen so late; `null` where the present one is long enough. */
export function settleSetting(lagMs: number | undefined, settleMs: number): string | null {
  const wantedMs =
    lagMs === undefined ? 2 * settleMs : 1_000 * Math.ceil((SETTLE_FACTOR * lagMs) / 1_000)
  return wantedMs > settleMs ? `ZOHO_SETTLE_MS=${wantedMs}` : null
}
