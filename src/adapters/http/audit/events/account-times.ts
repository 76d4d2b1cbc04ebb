// What was while the account of the CRM was shut, for each event on a page with which it was shut.

import type { Desk } from '../../../../application/desk/desk.ts'
import type { BesideEvent } from '../../../../application/desk/read-events-beside.ts'
import type { SaleReader } from '../../../../application/log/sale-reader.port.ts'
import type { SaleId } from '../../../../domain/ids.ts'
import type { EpochMs } from '../../../../domain/time.ts'

export type ShutTime = {
  /** When the account was open again, if it was. */
  readonly openAt: EpochMs | undefined
  /** The sales that have events of that time, in the order of their first one. */
  readonly sales: readonly SaleId[]
  /** Whether all events of that time were looked at. */
  readonly isWhole: boolean
}

/** By the position of a `CrmAccountShut`. */
export type AccountTimes = ReadonlyMap<number, ShutTime>

/** Events of the account that are looked at, to find the reopening that is not on the page. */
const LOOKED_AT_MAX = 10

/** Events of the log that are looked at, to find the sales of that time. New sales are turned away: there are few. */
const MEANWHILE_MAX = 100

/**
 * @param events newest first
 * @throws {AppError} `unavailable` or `lost`
 */
export async function accountTimes(
  { readEventsBeside }: Pick<Desk, 'readEventsBeside'>,
  saleReader: Pick<SaleReader, 'events'>,
  events: readonly BesideEvent[],
): Promise<AccountTimes> {
  const times = new Map<number, ShutTime>()
  let reopened: BesideEvent | undefined
  for (const event of events) {
    if (event.type === 'CrmAccountReopened') reopened = event
    if (event.type !== 'CrmAccountShut') continue
    const end = reopened ?? (await reopeningAfter(event))
    const openAt = end && (Date.parse(end.at) as EpochMs)
    times.set(event.position, { openAt, ...(await meanwhile(event, end)) })
  }
  return times

  async function reopeningAfter({ at, position }: BesideEvent): Promise<BesideEvent | undefined> {
    const page = { at: 'newer', than: { at, position } } as const
    const query = { groups: ['account'], page, limit: LOOKED_AT_MAX } as const
    const later = (await readEventsBeside(query)).events
    return later.findLast(({ type }) => type === 'CrmAccountReopened')
  }

  async function meanwhile(shut: BesideEvent, end: BesideEvent | undefined) {
    const next = await saleReader.events(shut.position, MEANWHILE_MAX)
    const its = next.filter(({ position }) => end === undefined || position < end.position)
    const sales = [...new Set(its.flatMap(({ saleId }) => saleId ?? []))]
    return { sales, isWhole: next.length < MEANWHILE_MAX || its.length < next.length }
  }
}
