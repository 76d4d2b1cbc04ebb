import {
  SAMPLE_CONTACT_ID,
  SAMPLE_PRODUCT_IDS,
} from '../../../src/adapters/fake-zoho/world/sample-data.ts'
import type { Clients } from '../world/clients.ts'
import type { World } from '../world/world.ts'
import { leftoversOf } from './invariants.ts'
import { MODULES } from './modules.ts'

/** How often it is looked whether all is at rest. */
const LOOK_EVERY_MS = 500

/** Lets all happen that is due until then. */
export async function passUntil({ time }: World, at: number): Promise<void> {
  for (;;) {
    const next = time.nextAt()
    if (next === undefined || next > at) break
    await time.step()
  }
  time.now = at
}

/**
 * Lets time pass until nothing is left to be done, or far too long: the last of the invariants.
 *
 * @param mayBeStuck whether a sale that is called stuck counts as one at rest
 */
export async function comeToRest(
  world: World,
  clients: Clients,
  mayBeStuck: boolean,
): Promise<void> {
  const until = world.time.now + world.restWithinMs
  while (world.time.now < until) {
    await passUntil(world, world.time.now + LOOK_EVERY_MS)
    if (clients.waiting === 0 && isAtRest(world, mayBeStuck)) return
  }
  const open = world.database.rows('select sale_id, status from sale where at_rest = 0')
  world.violate(`8: no rest; ${clients.waiting} callers wait; open: ${JSON.stringify(open)}`)
}

function isAtRest(world: World, mayBeStuck: boolean): boolean {
  const { database, processes, events } = world
  if (!processes.every((one) => one?.listening === true && !one.isSuspended)) return false
  if (database.isBusy) return false
  const account = events.findLast(({ type }) => type.startsWith('CrmAccount'))
  if (account?.type === 'CrmAccountShut') return false
  const open = database.rows<{ sale_id: string; reported: number }>(
    `select sale_id, exists (
       select 1 from event where event.sale_id = sale.sale_id and type = 'SaleStuck'
       and position > coalesce(
         (select max(position) from event where event.sale_id = sale.sale_id
            and type in ('SaleRolledBack', 'SaleSettled')), 0)
     ) as reported from sale where at_rest = 0`,
  )
  const isOver = (sale: (typeof open)[number]) =>
    sale.reported === 1 && (mayBeStuck || isStuckForGood(world, sale.sale_id))
  if (!open.every(isOver)) return false
  const [mails] = database.rows<{ waiting: number }>(
    'select count(*) as waiting from outbox where sent_at is null',
  )
  return mails?.waiting === 0
}

/**
 * Whether a person has to end this sale: one of its records waits for that, or was only ever named
 * and is gone, so that no read can prove it. Such a record holds up those below it.
 */
function isStuckForGood({ fake, sales }: World, saleId: string): boolean {
  const events = sales.get(saleId) ?? []
  const leftovers = leftoversOf(events) ?? []
  return leftovers.some(({ step, id = '' }) => {
    if (fake.records.find(MODULES[step], id) !== undefined) {
      const state = fake.states.of(id)
      return state.type === 'pending' || (state.type === 'hidden' && state.isDeletable !== true)
    }
    const isSeen = events.some(
      ({ type, data }) => type.endsWith('Created') && Object.values(data).includes(id),
    )
    return !isSeen && events.some(({ type, data }) => type === 'RecordNamed' && data['id'] === id)
  })
}

/**
 * Tokens that Zoho gives in ten minutes, less two that are kept for rollbacks, and two tries that
 * nobody could take back: their process died, or its disk was full.
 */
const TOKENS_MAX = 6

/**
 * After the faults a sale takes no longer than this, retries of its caller included. A token that
 * was never let in is kept for a minute, an account that is shut is probed once a minute.
 */
const SALE_WITHIN_MS = 160_000

/** With all faults over, the service takes a sale, and brings it to an end. */
export async function sellOnceMore(world: World, clients: Clients): Promise<void> {
  const { time, network } = world
  // Zoho itself gives none for minutes: then nothing can be asked of the service.
  const isLockedOut = network.isTokenRefused || network.tokenCalls >= TOKENS_MAX
  if (isLockedOut || !world.processes.some((one) => one?.listening)) return
  const products = [{ productId: SAMPLE_PRODUCT_IDS[0], quantity: 1 }]
  const body = { contactId: SAMPLE_CONTACT_ID, products }
  const client = 'web-shop'
  let isDone = false
  const order = { name: 'order-after-the-faults', client, key: undefined, body }
  void clients.sell(order).then(() => {
    isDone = true
  })
  const until = time.now + SALE_WITHIN_MS
  while (!isDone && time.now < until && (await time.step()));
  if (!isDone) world.violate('8: no sale can be made, and the faults are long over')
  else await comeToRest(world, clients, false)
}

/** Each key is asked with once more: its answer has not changed, and begins nothing. */
export async function askAgain(world: World, clients: Clients): Promise<void> {
  const orders = [...clients.orders.values()].filter(({ key }) => key !== undefined)
  const byKey = new Map(
    orders.map((order) => [`${order.client} ${order.key} ${JSON.stringify(order.body)}`, order]),
  )
  for (const order of byKey.values()) {
    const asked = clients.sell({ ...order, name: `${order.name}-last`, hangsUpAfterMs: undefined })
    let isDone = false
    void asked.finally(() => {
      isDone = true
    })
    const until = world.time.now + world.restWithinMs
    while (!isDone && world.time.now < until && (await world.time.step()));
    if (!isDone) world.violate(`8: ${order.name} was asked for again, and got no answer`)
  }
}
