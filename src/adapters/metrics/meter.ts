// Counts what happens in the service as metrics of Prometheus.

import { Counter, Histogram, type Registry } from 'prom-client'
import {
  CALL_OPERATIONS,
  type Meter,
  SALE_ENDINGS,
  TIMED_STEPS,
  TURNED_AWAY,
} from '../../application/base/meter.port.ts'
import { FAILED_STEPS } from '../../domain/sale/steps.ts'

// Upper ends of the buckets, in seconds. A sale goes forward for 30 s at most, unless a setting says
// otherwise; a rollback looks a second time after 2 minutes, and is stuck after 10 more.
const SALE_SECONDS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60, 120, 300, 900, 3_600]
const STEP_SECONDS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 900]
const CALL_SECONDS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15, 30]
const COMMIT_SECONDS = [0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5]

/** Upper ends of the buckets, in writes; a group has at most 256. */
const GROUP_WRITES = [1, 2, 4, 8, 16, 32, 64, 128, 256]

/** The label of a sale that failed at no step. Prometheus takes an empty label for none. */
const NO_STEP = ''

/**
 * Each combination of labels that can be is there from the start, as 0: what appears only when it happens
 * for the first time has no increase that a rule could see. The calls are the exception, because only
 * the CRM knows its modules.
 */
export function makeMeter(registry: Registry): Meter {
  return {
    ...salesMeter(registry),
    ...stepsMeter(registry),
    ...callsMeter(registry),
    ...turnedAwayMeter(registry),
    ...commitsMeter(registry),
  }
}

function salesMeter(registry: Registry): Pick<Meter, 'saleEnded'> {
  const sales = new Counter({
    name: 'gateway_sales_total',
    help: 'Sales that ended; one that is stuck, and rolled back later, is counted as both.',
    labelNames: ['outcome', 'failed_step'],
    registers: [registry],
  })
  const seconds = new Histogram({
    name: 'gateway_sale_duration_seconds',
    help: 'From the request of a sale to its end, over any restart.',
    labelNames: ['outcome'],
    buckets: SALE_SECONDS,
    registers: [registry],
  })
  for (const outcome of SALE_ENDINGS) {
    seconds.zero({ outcome })
    // A completed sale is stuck where a record beside its own cannot be deleted: it failed at no step.
    if (outcome !== 'rolled_back') sales.inc({ outcome, failed_step: NO_STEP }, 0)
    if (outcome === 'completed') continue
    for (const step of FAILED_STEPS) sales.inc({ outcome, failed_step: step }, 0)
  }
  return {
    saleEnded(outcome, failedStep, ms) {
      sales.inc({ outcome, failed_step: failedStep ?? NO_STEP })
      seconds.observe({ outcome }, secondsOf(ms))
    },
  }
}

function stepsMeter(registry: Registry): Pick<Meter, 'stepEnded'> {
  const seconds = new Histogram({
    name: 'gateway_step_duration_seconds',
    help: 'One step of a sale with all its retries: terms is the reads before the first create, rollback all after the failure.',
    labelNames: ['step'],
    buckets: STEP_SECONDS,
    registers: [registry],
  })
  for (const step of TIMED_STEPS) seconds.zero({ step })
  return { stepEnded: (step, ms) => seconds.observe({ step }, secondsOf(ms)) }
}

function callsMeter(registry: Registry): Pick<Meter, 'callEnded'> {
  const calls = new Counter({
    name: 'gateway_crm_calls_total',
    help: 'Calls to the CRM that ended, by how: done, refused, unknown (sent, and nobody knows), notSent.',
    labelNames: ['operation', 'module', 'outcome'],
    registers: [registry],
  })
  const seconds = new Histogram({
    name: 'gateway_crm_call_duration_seconds',
    help: 'One call to the CRM, with the wait for its turn and for a token.',
    labelNames: ['operation'],
    buckets: CALL_SECONDS,
    registers: [registry],
  })
  for (const operation of CALL_OPERATIONS) seconds.zero({ operation })
  return {
    callEnded({ operation, module, outcome, ms }) {
      calls.inc({ operation, module, outcome })
      seconds.observe({ operation }, secondsOf(ms))
    },
  }
}

function turnedAwayMeter(registry: Registry): Pick<Meter, 'turnedAway'> {
  const turnedAway = new Counter({
    name: 'gateway_turned_away_total',
    help: 'Requests and connections that were turned away before anything was begun.',
    labelNames: ['why'],
    registers: [registry],
  })
  for (const why of TURNED_AWAY) turnedAway.inc({ why }, 0)
  return { turnedAway: (why) => turnedAway.inc({ why }) }
}

function commitsMeter(registry: Registry): Pick<Meter, 'committed'> {
  const registers = [registry]
  const commits = new Counter({
    name: 'gateway_commits_total',
    help: 'Groups of writes to the log that are on disk, each with one full sync.',
    registers,
  })
  const writes = new Histogram({
    name: 'gateway_commit_group_size',
    help: 'Writes in one group.',
    buckets: GROUP_WRITES,
    registers,
  })
  const seconds = new Histogram({
    name: 'gateway_commit_duration_seconds',
    help: 'The transaction of one group, with its sync.',
    buckets: COMMIT_SECONDS,
    registers,
  })
  return {
    committed(size, ms) {
      commits.inc()
      writes.observe(size)
      seconds.observe(secondsOf(ms))
    },
  }
}

/** A clock that was set back between two processes must not count as time that was given back. */
function secondsOf(ms: number): number {
  return Math.max(0, ms) / 1_000
}
