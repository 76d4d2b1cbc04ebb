import type { Logger } from 'pino'
import type { Zoho } from '../../adapters/zoho/zoho.ts'
import type { Clock } from '../../application/base/clock.port.ts'
import type { Meter } from '../../application/base/meter.port.ts'
import type { Random } from '../../application/base/random.port.ts'
import type { CheckpointFile } from '../../application/checkpoints/checkpoint-file.port.ts'
import type { KnownLog } from '../../application/checkpoints/known-log.ts'
import type { KnownLogFile } from '../../application/checkpoints/known-log-file.port.ts'
import type { WatchOrganisation } from '../../application/crm/watch-organisation.ts'
import type { Instances } from '../../application/instances/instances.port.ts'
import type { OwnLease } from '../../application/instances/lease.ts'
import type { Mailer } from '../../application/mail/mailer.port.ts'
import type { WatchStorage } from '../../application/storage/watch-storage.ts'
import type { Signer } from '../../domain/log/signing.ts'
import type { Config } from '../config/config.ts'
import type { CrmFitness } from './crm-fitness.ts'
import type { Store } from './open-store.ts'

/** This instance among those that serve one database. */
export type Shared = { readonly instances: Instances; readonly lease: OwnLease }

/** The ports and settings that a service is built over. */
export type ServiceDeps = {
  readonly config: Config
  readonly store: Store
  /** Set where several instances serve the database. */
  readonly shared?: Shared | undefined
  /** Left out for a database in memory, and for one on another machine. */
  readonly storage?: Pick<WatchStorage, 'full' | 'run'> | undefined
  readonly zoho: Pick<Zoho, 'crm' | 'admission' | 'account'>
  readonly fitness: CrmFitness
  readonly organisation: WatchOrganisation
  readonly mailer: Mailer
  readonly signer: Signer
  readonly checkpointFile: CheckpointFile
  /** Set where the database may come back as another one. */
  readonly seen?: { readonly known: KnownLog; readonly file: KnownLogFile } | undefined
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  readonly meter: Meter
  /** Called when nobody knows what is on disk: the process must stop. */
  readonly onLost: (error: unknown) => void
}
