// Kills one gateway after the other a little later in a sale, while another one lives on and takes over.

import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import {
  type GatewayProcess,
  gatewayCommand,
} from '../../../src/infrastructure/demo/gateway-process.ts'
import type { Ask } from '../../crash/site/callers.ts'
import { SALE } from '../../support/gateway/http-requests.ts'
import type { Fleet } from '../fleet/fleet.ts'
import type { DieAt } from './dying-gateway.ts'

const ENTRY = fileURLToPath(new URL('./dying-gateway.ts', import.meta.url))

/** Gateways that are killed at about the same time, each in a sale of its own. */
const AT_ONCE = 3

/** More statements, and more calls, than any of these sales makes. */
const NTH_MAX = 400

const DONE_POLL_MS = 20

/** Two minutes: longer than a sale's deadline, and take-overs by such as are killed in their turn. */
const DONE_POLLS_MAX = 6_000

/** The killed ones hold places of the calls until their leases are over, so that a sale may be turned away. */
const TURNED_AWAY_MAX = 60
const TURNED_AWAY_PAUSE_MS = 500

/**
 * Begins with the first statement or call, and ends when the gateways have ended their sales before. Returns how
 * many were killed.
 */
export async function killAtEach(
  fleet: Fleet,
  options: { readonly at: DieAt['at']; readonly hasKey: boolean; readonly step: number },
): Promise<number> {
  const { at, hasKey, step } = options
  let killed = 0
  for (let first = 1; first <= NTH_MAX; first += AT_ONCE * step) {
    const dying = Array.from({ length: AT_ONCE }, (_, index) => {
      const ask = { body: SALE, key: hasKey ? `order-${randomUUID()}` : undefined }
      return dieIn(fleet, { at, nth: first + index * step }, index + 1, ask)
    })
    const dead = (await Promise.all(dying)).filter(Boolean).length
    killed += dead
    // One alone may have lost its sale to another before: on a loaded machine leases end.
    if (dead === 0) return killed
  }
  throw new Error(`no sale was ended before its gateway was killed: ${at}`)
}

/** Returns whether it died before its sale, and the mail about it, came to an end. */
async function dieIn(fleet: Fleet, die: DieAt, number: number, ask: Ask): Promise<boolean> {
  const command = gatewayCommand(['serve'], ENTRY)
  const gateway = await fleet.startOne(number, { command, settings: { DIE: JSON.stringify(die) } })
  const saleId = await askUntilBegun(fleet, gateway, ask)
  for (let polls = 0; polls < DONE_POLLS_MAX; polls += 1) {
    if (gateway.hasEnded()) {
      await fleet.died(gateway)
      return true
    }
    if (saleId !== undefined && (await isDone(fleet, saleId))) {
      await fleet.kill(gateway)
      return false
    }
    await sleep(DONE_POLL_MS)
  }
  throw new Error(
    `neither died nor ended sale ${saleId}: gateway ${number}, ${JSON.stringify(die)}`,
  )
}

/** Returns the sale that its request has begun, unless the gateway died before. */
async function askUntilBegun(
  fleet: Fleet,
  gateway: GatewayProcess,
  ask: Ask,
): Promise<string | undefined> {
  for (let tries = 1; ; tries += 1) {
    const { saleId, requestId, status, text } = await fleet.ledger.ask(gateway.url, ask)
    // A gateway whose lease has ended, as on a busy machine, cuts its caller off: another one has the sale then.
    const begun = saleId ?? (await saleOf(fleet, requestId))
    if (begun !== undefined || gateway.hasEnded()) return begun
    if (tries === TURNED_AWAY_MAX) throw new Error(`no sale begins: ${status} ${text}`)
    await sleep(TURNED_AWAY_PAUSE_MS)
  }
}

async function saleOf({ query }: Fleet, requestId: string): Promise<string | undefined> {
  const [row] = await query(
    `select sale_id from event where type = 'SaleRequested' and strpos(body, '${requestId}') > 0`,
  )
  return row && String(row['sale_id'])
}

async function isDone({ query }: Fleet, saleId: string): Promise<boolean> {
  const [row] = await query(
    `select (select count(*) from sale where sale_id = '${saleId}' and at_rest = 0)
          + (select count(*) from outbox where sale_id = '${saleId}' and sent_at is null) as left`,
  )
  return Number(row?.['left']) === 0
}
