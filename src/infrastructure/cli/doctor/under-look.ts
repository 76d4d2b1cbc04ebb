import type { Store } from '../../service/open-store.ts'
import type { Diagnosis } from './diagnosis.ts'

/** What the database is like. `store` reads it; `undefined` where nothing of it can be read. */
export type LogUnderLook = {
  readonly diagnosis: Diagnosis
  readonly store: Store | undefined
  /** Of PostgreSQL alone: what the role may do, and which gateways serve. */
  readonly rights?: () => Promise<Diagnosis>
  readonly instances?: () => Promise<Diagnosis>
}
