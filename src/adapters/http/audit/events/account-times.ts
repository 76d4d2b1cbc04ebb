// How long the account of the CRM was shut, for each event on a page with which it was shut.

import type { Desk } from '../../../../application/desk/desk.ts'
import type { BesideEvent } from '../../../../application/desk/read-events-beside.ts'
import type { EpochMs } from '../../../../domain/time.ts'

/** By the position of a `CrmAccountShut`: when the account was open again, if it was. */
export type AccountTimes = ReadonlyMap<number, EpochMs | undefined>

/** Events of the account that are looked at, to find the reopening that is not on the page. */
const LOOKED_AT_MAX = 10

/**
 * @param events newest first
 * @throws {AppError} `unavailable` or `lost`
 */
export async function accountTimes(
  { readEventsBeside }: Pick<Desk, 'readEventsBeside'>,
  events: readonly BesideEvent[],
): Promise<AccountTimes> {
  const times = new Map<number, EpochMs | undefined>()
  let reopened: BesideEvent | undefined
  for (const event of events) {
    if (event.type === 'CrmAccountReopened') reopened = event
    if (event.type !== 'CrmAccountShut') continue
    const end = reopened ?? (await reopeningAfter(event))
    times.set(event.position, end && (Date.parse(end.at) as EpochMs))
  }
  return times

  async function reopeningAfter({ at, position }: BesideEvent): Promise<BesideEvent | undefined> {
    const page = { at: 'newer', than: { at, position } } as const
    const query = { groups: ['account'], page, limit: LOOKED_AT_MAX } as const
    const later = (await readEventsBeside(query)).events
    return later.findLast(({ type }) => type === 'CrmAccountReopened')
  }
}
