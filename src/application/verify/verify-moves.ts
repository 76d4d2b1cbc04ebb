// Verifies what a log says about its own moves from one database to another.
import { base64Of, type Hash } from '../../domain/log/hash.ts'
import type { EventRecord } from '../log/event-record.ts'
import type { LogArrived, LogMoved } from '../log/service-events.ts'
import type { Report } from './finding.ts'

type MoveType = (LogMoved | LogArrived)['type']

/** A move of the log, as it is recorded. */
export type Move = {
  readonly position: number
  readonly type: MoveType
  /** From where or to where, who and when. */
  readonly text: string
}

/** The log before an event. */
export type LogBefore = { readonly size: number; readonly root: Hash }

/** Whether an event of this type is about a move of the log. */
export function isMove(type: string): type is MoveType {
  return type === 'LogMoved' || type === 'LogArrived'
}

/** Takes the events of a log in their order. A log that was moved goes on with `LogArrived` only. */
export function makeMovesCheck(report: Report) {
  const moves: Move[] = []
  /** The position of the last event, where that is `LogMoved`. */
  let movedAt: number | undefined

  return {
    moves: (): readonly Move[] => moves,

    /** @param before the log before the event; only where `isMove` */
    take({ type, position, ...record }: EventRecord, before: LogBefore | undefined): void {
      const place = `position ${position}`
      const follows = movedAt !== undefined && movedAt === position - 1
      if (follows && !isMove(type)) report(place, 'it was added after the log was moved elsewhere')
      movedAt = type === 'LogMoved' ? position : undefined
      if (!isMove(type)) return
      if (type === 'LogArrived' && !follows) report(place, 'the log was not moved before it')
      const { to, from, size, root } = record.data
      if (before === undefined || size !== before.size || root !== base64Of(before.root)) {
        report(place, 'it names another log than the one before it')
      }
      const where = type === 'LogMoved' ? `moved to ${to}` : `arrived from ${from}`
      const who = JSON.stringify(record.actor)
      const text = `${where} at ${record.at} by ${who}, with ${size} events (root ${root})`
      moves.push({ position, type, text })
    },
  }
}
