// Events and actors in words, for the pages, the reports and the command line.

import type { Actor, EventRecord } from './event-record.ts'
import { EVENT_TYPES, isEventType } from './event-types.ts'

/** The sentences of the table, over stored data: what is in it was not checked. */
const WORDS: Readonly<Record<string, { words(data: EventRecord['data']): string }>> = EVENT_TYPES

/** An event in words. For a type that this version does not write: its name, with blanks. */
export function eventWords({ type, data }: EventRecord): string {
  const known = isEventType(type) ? WORDS[type] : undefined
  return known === undefined ? type.replace(/(?<=[a-z])(?=[A-Z])/g, ' ') : known.words(data)
}

/** Who caused an event. */
export function actorWords(actor: Actor): string {
  if ('client' in actor) return `client ${actor.client}, key ${actor.keyId}`
  if ('operator' in actor) return `operator ${actor.operator}`
  return `the ${actor.system}`
}
