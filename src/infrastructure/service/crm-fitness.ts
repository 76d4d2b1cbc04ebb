// Checks at the start, and until it is known, whether the CRM is fit for sales.

import type { Logger } from 'pino'
import { zohoNeeds } from '../../adapters/zoho/admin/zoho-admin-needs.ts'
import type { Clock } from '../../application/base/clock.port.ts'
import { checkReferenceFields } from '../../application/crm-setup/check-crm-fields.ts'
import type { CrmAdmin } from '../../application/crm-setup/crm-admin.port.ts'
import type { CrmFinding } from '../../application/crm-setup/crm-finding.ts'
import type { Config } from '../config/config.ts'

/** Milliseconds for one question of the check. At the start, the port opens only after the answers. */
const QUESTION_TIMEOUT_MS = 3_000

/** Milliseconds between two checks, while Zoho could not be asked. */
const ASK_AGAIN_MS = 1_000

/** Whether the CRM is fit for sales: is the unique reference field there? */
export type CrmFitness = {
  /** Why the CRM is not fit, or why that is not known yet; `undefined` when it is fit. */
  unfit(): string | undefined
  /** Checks again until the CRM is known to be fit, or `stop` is aborted. */
  run(stop: AbortSignal): Promise<void>
}

export type FirstCheck =
  | { readonly type: 'checked'; readonly fitness: CrmFitness }
  /** Without the field a repeated create would make a second record: not to be served at all. */
  | { readonly type: 'unsafe'; readonly findings: readonly CrmFinding[] }

/** Asks once; where the CRM cannot be asked, it is unfit until a later answer. */
export async function checkFitness(deps: {
  readonly config: Config
  readonly admin: CrmAdmin
  readonly clock: Clock
  readonly logger: Logger
}): Promise<FirstCheck> {
  const { config, admin, clock, logger } = deps
  const needs = zohoNeeds(config.zoho)
  const check = () => checkReferenceFields({ admin, needs, requestTimeoutMs: QUESTION_TIMEOUT_MS })

  const first = await check()
  if (first.type === 'missing') return { type: 'unsafe', findings: first.findings }
  let unfit = first.type === 'unknown' ? notKnown(first.reason) : undefined
  if (unfit !== undefined) logger.warn({ reason: unfit }, 'no sale is taken yet')
  if (first.type === 'ok') warnOf(first.refused)

  return {
    type: 'checked',
    fitness: {
      unfit: () => unfit,
      async run(stop) {
        while (unfit !== undefined && !stop.aborted) {
          await clock.sleep(ASK_AGAIN_MS, stop)
          if (stop.aborted) return
          const answer = await check()
          if (answer.type === 'ok') {
            unfit = undefined
            warnOf(answer.refused)
          } else
            unfit = answer.type === 'missing' ? toldAll(answer.findings) : notKnown(answer.reason)
          if (unfit === undefined) logger.info({}, 'the CRM is fit for sales')
        }
      },
    },
  }

  function warnOf(findings: readonly CrmFinding[]): void {
    for (const { check, remedy } of findings) logger.warn({ check, remedy }, 'Zoho refuses sales')
  }
}

function notKnown(reason: string): string {
  return `It is not known whether the CRM is fit for sales: ${reason}`
}

function toldAll(findings: readonly CrmFinding[]): string {
  return findings.map((finding) => finding.check).join(', ')
}
