// Knows the currencies of the CRM's organisation: asks at the start and every hour.

import type { Organisation } from '../../domain/sale/outcome.ts'
import type { Timer } from '../base/clock.port.ts'
import type { Logger } from '../base/logger.port.ts'
import type { Crm } from './crm.port.ts'

/** Milliseconds for one question. At the start, the port opens only after the answer. */
const QUESTION_TIMEOUT_MS = 3_000

/** Milliseconds from one answer to the next question. A refusal is an answer, too. */
const ASK_EVERY_MS = 3_600_000

/** Milliseconds to the next question where the CRM gave no answer. */
const ASK_AGAIN_MS = 10_000

export interface WatchOrganisation {
  /**
   * What the CRM answered last; `undefined` as long as it has answered nothing. Makes no call: a
   * sale takes what is known when its reads begin, and never waits for more.
   */
  known(): Organisation | undefined

  /** Asks once. Where that fails, the last answer is kept. */
  ask(): Promise<void>

  /** Asks again and again until `stop` is aborted. */
  run(stop: AbortSignal): Promise<void>
}

export function makeWatchOrganisation(deps: {
  readonly crm: Pick<Crm, 'readOrganisation'>
  readonly clock: Timer
  readonly logger: Logger
}): WatchOrganisation {
  const { crm, clock, logger } = deps
  let known: Organisation | undefined
  let pauseMs = 0
  let lastReason: string | undefined

  async function ask(): Promise<void> {
    const result = await crm.readOrganisation(QUESTION_TIMEOUT_MS)
    if (result.type === 'done') {
      if (known?.hasSeveralCurrencies !== result.value.hasSeveralCurrencies) {
        logger.info(result.value, 'the currencies of the organisation are known')
      }
      known = result.value
      lastReason = undefined
      pauseMs = ASK_EVERY_MS
      return
    }
    const { reason } = result
    if (reason !== lastReason)
      logger.warn({ reason, known }, 'the currencies of the organisation were not read')
    lastReason = reason
    pauseMs = result.type === 'refused' ? ASK_EVERY_MS : ASK_AGAIN_MS
  }

  return {
    known: () => known,
    ask,
    async run(stop) {
      while (!stop.aborted) {
        await clock.sleep(pauseMs, stop)
        if (!stop.aborted) await ask()
      }
    },
  }
}
