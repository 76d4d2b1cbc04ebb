// A page of the events that belong to no sale, each held against the newest checkpoint.

import type { EpochMs } from '../../domain/time.ts'
import type { EventRecord } from '../log/event-record.ts'
import { parseStoredEvent } from '../log/parse-stored-event.ts'
import type { EventsCheck, VerifyEvents } from '../verify/verify-events.ts'
import { type EventGroup, typesOf } from './event-groups.ts'
import type { EventPlace, EventsBeside, PlacedEvent } from './events-beside.port.ts'

/** Events that one page looks at, to find those about one key, client or operator. */
export const LOOKED_AT_MAX = 2_000

/** Of these, so many are read at once. */
const READ_AT_ONCE = 500

/** Whom an event has to be of, or about. */
export type EventsOf =
  | { readonly keyId: string }
  | { readonly client: string }
  | { readonly operator: string }

/** Where a page begins: at the place of an event that is not on it, or at an end of the log. */
export type EventsPage =
  | { readonly at: 'newest' | 'oldest' }
  | { readonly at: 'older' | 'newer'; readonly than: EventPlace }

export type EventsQuery = {
  /** Of all groups where it is left out. */
  readonly groups?: readonly EventGroup[] | undefined
  /** Inclusive. */
  readonly from?: EpochMs | undefined
  /** Exclusive. */
  readonly to?: EpochMs | undefined
  readonly of?: EventsOf | undefined
  readonly page: EventsPage
  readonly limit: number
}

export type BesideEvent = EventPlace & {
  readonly type: string
  /** `undefined` where it cannot be read. */
  readonly record: EventRecord | undefined
}

export type EventsPageRead = {
  /** Newest first. */
  readonly events: readonly BesideEvent[]
  /** What the check of these events found. */
  readonly check: EventsCheck
  /**
   * Where the pages beside this one begin; `undefined` where there is none. A page may hold fewer events than
   * asked for, or none, and have another one beside it: it looks at LOOKED_AT_MAX events at most.
   */
  readonly newer: EventPlace | undefined
  readonly older: EventPlace | undefined
}

/** @throws {AppError} `unavailable` or `lost` */
export type ReadEventsBeside = (query: EventsQuery) => Promise<EventsPageRead>

export function makeReadEventsBeside(deps: {
  readonly eventsBeside: Pick<EventsBeside, 'read'>
  readonly verifyEvents: VerifyEvents
}): ReadEventsBeside {
  const { eventsBeside, verifyEvents } = deps

  return async (query) => {
    const { page } = query
    const towards = page.at === 'newer' || page.at === 'oldest' ? 'newer' : 'older'
    const than = 'than' in page ? page.than : undefined
    const { found, end } = await collect(query, towards, than)
    const events = towards === 'newer' ? found.toReversed() : found
    const start = found[0] === undefined ? than : placeOf(found[0])
    const back = towards === 'newer' ? 'older' : 'newer'
    // A page that begins at an end of the log has nothing of its query behind it.
    const isMoreBehind =
      than !== undefined && start !== undefined && (await read(query, back, start, 1)).length > 0
    const behind = isMoreBehind ? start : undefined
    return {
      events: events.map(toBeside),
      check: await verifyEvents(events),
      newer: towards === 'newer' ? end : behind,
      older: towards === 'newer' ? behind : end,
    }
  }

  /** Reads on until the page is full. `end` is where the next page begins, if there is one. */
  async function collect(
    query: EventsQuery,
    towards: 'older' | 'newer',
    than: EventPlace | undefined,
  ): Promise<{ readonly found: readonly PlacedEvent[]; readonly end: EventPlace | undefined }> {
    const { of, limit } = query
    const atOnce = of === undefined ? limit + 1 : READ_AT_ONCE
    const found: PlacedEvent[] = []
    let place = than
    for (let lookedAt = 0; lookedAt < LOOKED_AT_MAX; lookedAt += atOnce) {
      const events = await read(query, towards, place, atOnce)
      for (const event of events) {
        if (of === undefined || isOf(parseStoredEvent(event.body), of)) {
          if (found.length === limit) return { found, end: place }
          found.push(event)
        }
        place = placeOf(event)
      }
      if (events.length < atOnce) return { found, end: undefined }
    }
    return { found, end: place }
  }

  function read(
    { groups, from, to }: EventsQuery,
    towards: 'older' | 'newer',
    than: EventPlace | undefined,
    limit: number,
  ): Promise<readonly PlacedEvent[]> {
    return eventsBeside.read({ types: typesOf(groups), from, to }, { towards, than }, limit)
  }
}

/** Whether this one caused the event, or is named in it. */
function isOf(record: EventRecord | undefined, of: EventsOf): boolean {
  if (record === undefined) return false
  const { actor, data } = record
  if ('operator' in of) return 'operator' in actor && actor.operator === of.operator
  const by: { readonly client?: string; readonly keyId?: string } = 'client' in actor ? actor : {}
  if ('client' in of) return by.client === of.client || data['client'] === of.client
  const { keyId } = of
  const { keys } = data
  // The keys that a minute of failed sign-ins names.
  const named = Array.isArray(keys) ? keys.map((key: { keyId?: unknown }) => key.keyId) : []
  return [by.keyId, data['keyId'], data['newKeyId'], ...named].includes(keyId)
}

function toBeside({ at, position, type, body }: PlacedEvent): BesideEvent {
  return { at, position, type, record: parseStoredEvent(body) }
}

function placeOf({ at, position }: EventPlace): EventPlace {
  return { at, position }
}
