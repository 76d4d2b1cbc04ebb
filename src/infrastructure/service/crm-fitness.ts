// Checks at the start, and until it is known, whether the CRM is fit for sales.

import type { Logger } from 'pino'
import { zohoNeeds } from '../../adapters/zoho/admin/zoho-admin-needs.ts'
import type { Clock } from '../../application/base/clock.port.ts'
import type { CrmAccount } from '../../application/crm/crm-account.port.ts'
import {
  checkReferenceFields,
  type ReferenceFields,
} from '../../application/crm-setup/check-crm-fields.ts'
import { checkVitalRights } from '../../application/crm-setup/check-vital-rights.ts'
import type { CrmAdmin } from '../../application/crm-setup/crm-admin.port.ts'
import type { CrmFinding } from '../../application/crm-setup/crm-finding.ts'
import type { Config } from '../config/config.ts'

/** Milliseconds for one question of the check. At the start, the port opens only after the answers. */
const QUESTION_TIMEOUT_MS = 3_000

/** Milliseconds between two checks, while Zoho could not be asked. */
const ASK_AGAIN_MS = 1_000

/** Milliseconds between two checks while the token lacks a right: only a new token has more. */
const RIGHTS_AGAIN_MS = 600_000

/** Whether the CRM is fit for sales: is the unique reference field there, may sales be rolled back? */
export type CrmFitness = {
  /** Why the CRM is not fit, or why that is not known yet; `undefined` when it is fit. */
  unfit(): string | undefined
  /** The right that the token lacks, if it is that: only a person can mend it. */
  lackingRight(): string | undefined
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
  const asked = { admin, needs, requestTimeoutMs: QUESTION_TIMEOUT_MS }

  const first = await checkReferenceFields(asked)
  if (first.type === 'missing') return { type: 'unsafe', findings: first.findings }
  let state = await stateAfter(first)
  if (state.unfit !== undefined) logger.warn({ reason: state.unfit }, 'no sale is taken yet')

  return {
    type: 'checked',
    fitness: {
      unfit: () => state.unfit,
      lackingRight: () => (state.isForAPerson ? state.unfit : undefined),
      async run(stop) {
        while (state.unfit !== undefined && !stop.aborted) {
          await clock.sleep(state.isForAPerson ? RIGHTS_AGAIN_MS : ASK_AGAIN_MS, stop)
          if (stop.aborted) return
          state = await stateAfter(await checkReferenceFields(asked))
          if (state.unfit === undefined) logger.info({}, 'the CRM is fit for sales')
        }
      },
    },
  }

  async function stateAfter(fields: ReferenceFields): Promise<State> {
    if (fields.type === 'missing') return { unfit: toldAll(fields.findings) }
    if (fields.type === 'unknown') return { unfit: notKnown(fields.reason) }
    for (const { check, remedy } of fields.refused) {
      logger.warn({ check, remedy }, 'Zoho refuses sales')
    }
    const rights = await checkVitalRights(asked)
    if (rights.type === 'ok') return { unfit: undefined }
    const isForAPerson = rights.type === 'missing'
    return { unfit: isForAPerson ? rights.reason : notKnown(rights.reason), isForAPerson }
  }
}

type State = { readonly unfit: string | undefined; readonly isForAPerson?: boolean }

function notKnown(reason: string): string {
  return `It is not known whether the CRM is fit for sales: ${reason}`
}

function toldAll(findings: readonly CrmFinding[]): string {
  return findings.map((finding) => finding.check).join(', ')
}

/**
 * The account as the service sees it. A token that lacks a right counts as an account that only a
 * person can open, so that it is recorded and mailed once, like any account that is shut.
 */
export function accountWithRights(
  account: CrmAccount,
  fitness: Pick<CrmFitness, 'lackingRight'>,
): CrmAccount {
  return {
    ...account,
    shut: () => account.shut() ?? fitness.lackingRight(),
    probe: async () => (await account.probe()) && fitness.lackingRight() === undefined,
  }
}
