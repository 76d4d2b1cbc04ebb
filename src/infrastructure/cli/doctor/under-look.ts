import type { NotServable } from '../../../adapters/sql/copies/servable.ts'
import type { Store } from '../../service/open-store.ts'
import { type Diagnosis, failed } from './diagnosis.ts'

/** What the database is like. `store` reads it; `undefined` where nothing of it can be read. */
export type LogUnderLook = {
  readonly diagnosis: Diagnosis
  readonly store: Store | undefined
  /** Of PostgreSQL alone: what the role may do, and which gateways serve. */
  readonly rights?: () => Promise<Diagnosis>
  readonly instances?: () => Promise<Diagnosis>
}

/** The database of a log that was moved away, or of one that is not there as a whole. */
export function notServed(name: string, { why, remedy }: NotServable): Diagnosis {
  return failed(`${name}: ${why}`, `${remedy.charAt(0).toUpperCase()}${remedy.slice(1)}.`)
}
