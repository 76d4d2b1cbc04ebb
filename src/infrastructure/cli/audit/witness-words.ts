// What `audit witness` prints of one look at a log, and whether that is a failure.

import type { Witnessed } from '../../../application/checkpoints/witness.ts'
import { durationText } from '../../../application/words/durations.ts'
import { ENGLISH } from '../../../application/words/english.ts'
import type { EpochMs } from '../../../domain/time.ts'
import { checkpointJson } from '../terminal/checkpoint-json.ts'

/** A look at a log, when it was made, and how old the newest checkpoint may be, in milliseconds. */
export type Look = {
  readonly result: Witnessed
  readonly at: EpochMs
  /** Not set where any age will do. */
  readonly maxAgeMs?: number | undefined
}

/** What is wrong with what was seen; `undefined` for nothing. */
export function whyFailed({ result, at, maxAgeMs }: Look): string | undefined {
  if (!result.ok) return result.why
  const { number, at: signedAt } = result.seen
  if (maxAgeMs === undefined || at - signedAt <= maxAgeMs) return undefined
  const age = durationText(at - signedAt, ENGLISH)
  const most = durationText(maxAgeMs, ENGLISH)
  return `the newest checkpoint, number ${number} of ${new Date(signedAt).toISOString()}, is ${age} old: more than ${most}`
}

/** One line for a person. With an age to keep to, it names the age. */
export function witnessLine(look: Look): string {
  const { result, at, maxAgeMs } = look
  const why = whyFailed(look)
  if (why !== undefined || !result.ok) return `FAILED: ${why}.`
  const { seen, before } = result
  const now = `checkpoint ${seen.number} over ${seen.size} events`
  const grew =
    before === undefined
      ? `Seen for the first time: ${now}.`
      : `The log only grew: ${now} continues checkpoint ${before.number} over ${before.size}.`
  if (maxAgeMs === undefined) return grew
  return `${grew} It is ${durationText(at - seen.at, ENGLISH)} old.`
}

/** The same for a program. A checkpoint that is too old has all members, too. */
export function witnessJson(look: Look) {
  const { result, at } = look
  const why = whyFailed(look)
  if (!result.ok) return { ok: false, why }
  const { seen, before } = result
  const found = { seen: checkpointJson(seen), before: before ? checkpointJson(before) : null }
  return { ok: why === undefined, ...(why && { why }), ...found, ageMs: at - seen.at }
}
