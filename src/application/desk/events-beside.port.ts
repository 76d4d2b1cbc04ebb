import type { EpochMs } from '../../domain/time.ts'
import type { StoredEvent } from '../evidence/bundle/evidence-log.port.ts'

/** Where an event stands among those of no sale: by its time, then by its position. */
export type EventPlace = {
  /** UTC, ISO 8601 with milliseconds; empty in an event that cannot be read, which counts as the oldest. */
  readonly at: string
  readonly position: number
}

export type PlacedEvent = EventPlace & StoredEvent & { readonly type: string }

/** Which events of no sale to read. */
export type EventsAsked = {
  readonly types: readonly string[]
  /** Inclusive. */
  readonly from?: EpochMs | undefined
  /** Exclusive. */
  readonly to?: EpochMs | undefined
}

/** `older` reads from new to old, `newer` from old to new; without `than` from the very end. */
export type ReadingFrom<Place> = {
  readonly towards: 'older' | 'newer'
  readonly than?: Place | undefined
}

/** Where a checkpoint stands: by its time, then by its number. */
export type CheckpointPlace = { readonly at: EpochMs; readonly number: number }

export type StoredCheckpoint = CheckpointPlace & { readonly size: number; readonly note: string }

/**
 * Reads the events that belong to no sale, and the checkpoints, page by page in the order of their times. What a
 * page reads does not grow with the log.
 */
export interface EventsBeside {
  /** Up to `limit` of the events, in the order of reading. */
  read(
    asked: EventsAsked,
    from: ReadingFrom<EventPlace>,
    limit: number,
  ): Promise<readonly PlacedEvent[]>

  /** Up to `limit` of the checkpoints, in the order of reading. */
  readCheckpoints(
    asked: Pick<EventsAsked, 'from' | 'to'>,
    from: ReadingFrom<CheckpointPlace>,
    limit: number,
  ): Promise<readonly StoredCheckpoint[]>

  /** The newest `AuditorLooked` of this key on a day before `day` (UTC, `2026-11-23`). */
  lastLook(keyId: string, day: string): Promise<EventPlace | undefined>
}
