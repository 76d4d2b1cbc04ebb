// Events and actors in words, for the pages, the reports and the command line.

import type { Actor, EventRecord } from '../log/event-record.ts'
import { isEventType } from '../log/event-types.ts'
import { type Sentence, say } from './sentence.ts'
import type { Words } from './words.ts'

/** An event in words. For a type that this version does not write: its name, with blanks. */
export function eventWords(
  { type, data }: EventRecord,
  { events }: Pick<Words, 'events'>,
): Sentence {
  if (!isEventType(type)) return say`${type.replace(/(?<=[a-z])(?=[A-Z])/g, ' ')}`
  // What is in stored data was not checked, so each of these takes any value.
  const words = events[type] as (data: EventRecord['data']) => Sentence
  return words(data)
}

/** Who caused an event. */
export function actorWords(actor: Actor, { actors }: Pick<Words, 'actors'>): string {
  if ('client' in actor) return actors.client(actor.client, actor.keyId)
  if ('operator' in actor) return actors.operator(actor.operator)
  return actors.system(actor.system)
}
