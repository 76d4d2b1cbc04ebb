// The route of the checkpoints, and of the key that signs them.

import type { FastifyInstance } from 'fastify'
import type { CheckpointLog } from '../../../../application/checkpoints/checkpoint-log.port.ts'
import type { Desk } from '../../../../application/desk/desk.ts'
import type {
  CheckpointPlace,
  ReadingFrom,
} from '../../../../application/desk/events-beside.port.ts'
import type { ListedCheckpoint } from '../../../../application/desk/list-checkpoints.ts'
import type { EpochMs } from '../../../../domain/time.ts'
import { readForm } from '../fields/form.ts'
import { type PlacedAt, readPlace } from '../fields/page-places.ts'
import { PERIOD_NAMES, type Period, readPeriod } from '../fields/period.ts'
import { sendForm } from '../fields/send-form.ts'
import { readerOf } from '../frame/reader.ts'
import { AUDITOR, sendPage } from '../frame/send-page.ts'
import {
  type CheckpointFilters,
  type CheckpointsFound,
  checkpointsPage,
} from './checkpoints-page.ts'

export type CheckpointDeps = {
  readonly desk: Pick<Desk, 'listCheckpoints'>
  readonly checkpoints: Pick<CheckpointLog, 'newest'>
  /** The public key of the log. */
  readonly vkey: string
}

const PAGE_CHECKPOINTS = 50

const NAMES = [...PERIOD_NAMES, 'after', 'before'] as const

export function addCheckpointRoute(app: FastifyInstance, deps: CheckpointDeps): void {
  const { checkpoints, vkey } = deps
  const config = { ...AUDITOR.config, query: NAMES } as const
  app.get('/checkpoints', { config }, async (request, reply) => {
    const reader = readerOf(request)
    const form = readForm<(typeof NAMES)[number]>(request.url)
    const period = readPeriod(form, reader.zone)
    const place = readPlace(form)
    const filters: CheckpointFilters = { form, period }
    const log = { newest: await checkpoints.newest(), vkey }
    if (form.problems.length > 0) {
      return sendForm(request, reply, form.problems, () =>
        checkpointsPage(filters, log, undefined, reader),
      )
    }
    const found = await find(period, place)
    return sendPage(reply, reader, checkpointsPage(filters, log, found, reader))
  })

  async function find(period: Period, page: PlacedAt): Promise<CheckpointsFound> {
    const towards = page.at === 'newer' || page.at === 'oldest' ? 'newer' : 'older'
    const than = 'than' in page ? placeOf(page.than) : undefined
    const read = await list(period, { towards, than }, PAGE_CHECKPOINTS)
    const [first, last] = [read.checkpoints[0], read.checkpoints.at(-1)]
    const [ahead, behind] = towards === 'older' ? [last, first] : [first, last]
    const back = towards === 'older' ? 'newer' : 'older'
    const isMoreBehind = await hasMore(period, back, behind ?? than)
    const ends = {
      [towards]: read.more ? ahead : undefined,
      [back]: isMoreBehind ? (behind ?? than) : undefined,
    }
    return { checkpoints: read.checkpoints, newer: ends['newer'], older: ends['older'] }
  }

  async function hasMore(
    period: Period,
    towards: ReadingFrom<CheckpointPlace>['towards'],
    than: Pick<ListedCheckpoint, 'at' | 'number'> | undefined,
  ): Promise<boolean> {
    return than !== undefined && (await list(period, { towards, than }, 0)).more
  }

  function list(period: Period, reading: ReadingFrom<CheckpointPlace>, limit: number) {
    return deps.desk.listCheckpoints({ ...period, reading, limit })
  }
}

/** A time that cannot be read counts as the oldest. */
function placeOf({
  at,
  number,
}: {
  readonly at: string
  readonly number: number
}): CheckpointPlace {
  return { at: (at === '' ? 0 : Date.parse(at)) as EpochMs, number }
}
