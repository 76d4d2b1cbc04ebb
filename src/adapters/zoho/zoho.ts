// Puts the Zoho adapter together: every call goes over one token, one limiter and one breaker.

import type { Clock } from '../../application/base/clock.port.ts'
import type { Random } from '../../application/base/random.port.ts'
import type { Admission } from '../../application/crm/admission.port.ts'
import type { Crm } from '../../application/crm/crm.port.ts'
import type { CrmAccount } from '../../application/crm/crm-account.port.ts'
import type { CrmTraffic } from '../../application/crm/crm-traffic.port.ts'
import type { CallPlaces } from '../../application/crm/places/call-places.port.ts'
import type { TokenStore } from '../../application/crm/token-store.port.ts'
import type { CrmAdmin } from '../../application/crm-setup/crm-admin.port.ts'
import { answerWithinMs } from '../../domain/sale/policy.ts'
import { makeZohoAdmin } from './admin/zoho-admin.ts'
import { queryRequest, select } from './call/coql.ts'
import { makeZohoCall } from './call/zoho-call.ts'
import type { ZohoConfig, ZohoFetch } from './exchange/zoho-config.ts'
import { makeFieldLengths } from './house/field-lengths.ts'
import { makeBreaker } from './limits/breaker.ts'
import { makeCallStatistics } from './limits/call-statistics.ts'
import { makeLimiter } from './limits/limiter.ts'
import { makeZohoAdmission } from './limits/zoho-admission.ts'
import { makeZohoCrm } from './records/zoho-crm.ts'
import { makeAccessToken } from './token/access-token.ts'

const CREDITS_GONE = 'Zoho has answered 429 for minutes: the credits of the day may be gone'

/** A query that finds nothing: the cheapest call that needs a token, a scope and credits. */
const PROBE = select({ columns: ['id'], from: 'Contacts', where: "id = '0'" })

/** Milliseconds that one try to end a lock-out may take: no longer than from one to the next. */
const TRY_TIMEOUT_MS = 5_000

/**
 * Milliseconds that a probe may take at least: a token that Zoho has just given is tried until 6.2 s
 * after its first refusal, and nobody else tries it while the account is shut.
 */
const PROBE_MS_MIN = 7_000

/** The ports that Zoho serves. */
export type Zoho = {
  readonly crm: Crm
  readonly admin: CrmAdmin
  readonly admission: Admission
  readonly account: CrmAccount
  readonly traffic: CrmTraffic
}

export function makeZoho(deps: {
  readonly config: ZohoConfig
  readonly fetch: ZohoFetch
  readonly clock: Clock
  readonly random: Pick<Random, 'fraction'>
  readonly tokenStore: TokenStore
  /** Milliseconds a sale may take, from its request. */
  readonly deadlineMs: number
  /** Milliseconds one call may take. */
  readonly requestTimeoutMs: number
  /** Whether what changes records may still be sent. */
  readonly mayWrite: () => boolean
  /** The calls in flight that this process may have; all, where it calls the CRM alone. */
  readonly places?: CallPlaces | undefined
}): Zoho {
  const { config, clock, random, places, deadlineMs, requestTimeoutMs } = deps
  const probeMs = longestCallMs(requestTimeoutMs)
  const token = makeAccessToken(deps)
  const limiter = makeLimiter({ ...config, clock, random, places })
  const breaker = makeBreaker(clock)
  const lengths = makeFieldLengths()
  const statistics = makeCallStatistics({ clock, breaker })
  const call = makeZohoCall({ ...deps, token, limiter, statistics })
  const { lockOut } = token
  const shut = () => token.shut() ?? (statistics.creditsGone() ? CREDITS_GONE : undefined)

  return {
    crm: makeZohoCrm({ config, call, clock, lengths }),
    admin: makeZohoAdmin({ config, clock, token, call, lengths }),
    admission: makeZohoAdmission({
      breaker,
      limiter,
      statistics,
      answerWithinMs: answerWithinMs({ deadlineMs }),
      shut,
      lockOut,
    }),
    traffic: {
      inFlight: limiter.inFlight,
      waiting: limiter.waiting,
      throttled: statistics.throttled,
      isBreakerOpen: breaker.isOpen,
      refreshes: token.refreshes,
      tokenAgeMs: token.ageMs,
    },
    account: {
      shut,
      lockOut,
      async tryToEnd() {
        await call(queryRequest(PROBE, 'new'), Math.min(TRY_TIMEOUT_MS, requestTimeoutMs))
      },
      async probe() {
        const answer = await call(queryRequest(PROBE, 'rollback'), probeMs)
        return answer.type === 'rows'
      },
    },
  }
}

/** Milliseconds for which a call may be in flight, of whatever kind it is. */
export function longestCallMs(requestTimeoutMs: number): number {
  return Math.max(requestTimeoutMs, PROBE_MS_MIN)
}
