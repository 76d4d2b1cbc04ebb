// What a read shows: which records, and of each which values.
import { type Json, own } from '../schema/json.ts'
import type { ModuleName } from '../schema/module-names.ts'
import { filledCurrency } from './currencies.ts'
import type { CrmRecord } from './records.ts'
import type { World } from './world.ts'

export type Reader = 'get' | 'coql' | 'search'

const LAGS = { get: 'getLagMs', coql: 'coqlLagMs', search: 'searchLagMs' } as const

/** What stands in the place of a masked value. */
const MASK = '*********'

/** Whether this kind of read finds the record now. */
export function isSeenBy(
  reader: Reader,
  id: string,
  { records, states, settings, now }: World,
): boolean {
  const lagMs = settings.current[LAGS[reader]]
  return !states.isHidden(id) && records.changedAtMs(id) <= now() - lagMs
}

/** The value that a read shows of a field; `undefined` where it leaves the field out. */
export function shownValue(
  record: CrmRecord,
  module: ModuleName,
  name: string,
  { settings }: World,
): Json | undefined {
  const hidden = settings.current.hiddenFields.find(
    (one) => one.module === module && one.field === name,
  )
  switch (hidden?.shows) {
    case 'absent':
      return undefined
    case 'null':
      return null
    case 'masked':
      return MASK
    case undefined:
      // Records from before a second currency was added have the first one.
      return own(record, name) ?? own(filledCurrency(record, settings.current), name)
  }
}
