import type { Clients } from './clients.ts'
import type { World } from './world.ts'

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

function isAtRest({ database, process, events }: World, mayBeStuck: boolean): boolean {
  if (process?.listening !== true) return false
  const account = events.findLast(({ type }) => type.startsWith('CrmAccount'))
  if (account?.type === 'CrmAccountShut') return false
  const open = database.rows<{ reported: number }>(
    `select exists (
       select 1 from event where event.sale_id = sale.sale_id and type = 'SaleStuck'
     ) as reported from sale where at_rest = 0`,
  )
  if (!open.every(({ reported }) => mayBeStuck && reported === 1)) return false
  const [mails] = database.rows<{ waiting: number }>(
    'select count(*) as waiting from outbox where sent_at is null',
  )
  return mails?.waiting === 0
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
