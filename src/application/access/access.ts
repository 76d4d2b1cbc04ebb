// Who may come in, as one: keys and their use, failed sign-ins, the visits of auditors.

import type { Clock } from '../base/clock.port.ts'
import type { Logger } from '../base/logger.port.ts'
import type { EventLog } from '../log/event-log.port.ts'
import type { Outbox } from '../mail/outbox.port.ts'
import { makeAuthenticate } from './authenticate.ts'
import { makeAuthenticateSession } from './authenticate-session.ts'
import { makeFailedGuesses } from './failed-guesses.ts'
import { makeFailedSignIns } from './failed-sign-ins.ts'
import type { KeyBuckets } from './key-buckets.port.ts'
import { type KeyQuotas, makeKeyQuotas, type Quota } from './key-quotas.ts'
import type { KeyStore } from './key-store.port.ts'
import { makeKeyUses } from './key-uses.ts'
import { makeRecordAuditorVisit } from './record-auditor-visit.ts'
import { makeSharedKeyQuotas } from './shared-key-quotas.ts'
import { makeWarnOfExpiry } from './warn-of-expiry.ts'

export type AccessLimits = {
  /** Of each key; without one, keys may ask as often as they like. */
  readonly quota: Quota | undefined
  /** Wrong keys of one address within a minute. */
  readonly failuresPerMinute: number
}

export function makeAccess(
  limits: AccessLimits,
  deps: {
    readonly keys: KeyStore
    readonly eventLog: EventLog
    readonly outbox: Outbox
    /** Set where other instances hold the keys to the same rates. */
    readonly buckets?: KeyBuckets | undefined
    readonly clock: Clock
    readonly logger: Logger
    /** Called before a key is judged. */
    readonly lookAtClocks: () => void
    /** The right side of each `Message-ID`. */
    readonly mailDomain: string
    /** Called after each mail that was put out, so that it is sent at once. */
    readonly onMail: () => void
    /** Nobody knows what is on disk: the process must stop and read the log again. */
    readonly onLost: (error: unknown) => void
  },
) {
  const { keys, clock, lookAtClocks } = deps
  const failedSignIns = makeFailedSignIns(deps)
  const keyUses = makeKeyUses(deps)
  return {
    authenticate: makeAuthenticate({
      keys,
      clock,
      lookAtClocks,
      failed: failedSignIns,
      countGuess: makeFailedGuesses({ clock, perMinute: limits.failuresPerMinute }),
      uses: keyUses,
    }),
    authenticateSession: makeAuthenticateSession({
      keys,
      clock,
      lookAtClocks,
      failed: failedSignIns,
      uses: keyUses,
    }),
    keyQuotas: limits.quota && keyQuotasOf(limits.quota, deps),
    recordAuditorVisit: makeRecordAuditorVisit(deps),
    failedSignIns,
    keyUses,
    warnOfExpiry: makeWarnOfExpiry(deps),
  }
}

function keyQuotasOf(
  quota: Quota,
  deps: {
    readonly buckets?: KeyBuckets | undefined
    readonly clock: Clock
    readonly logger: Logger
  },
): KeyQuotas {
  const { buckets } = deps
  return buckets === undefined
    ? makeKeyQuotas({ ...deps, quota })
    : makeSharedKeyQuotas({ ...deps, buckets, quota })
}
