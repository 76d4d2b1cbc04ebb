// Judges a world in which nothing is to be done any more, by the invariants of the sale.
import { type CrmRecord, lookupId } from '../../../src/adapters/fake-zoho/world/records.ts'
import { growingTree } from '../../../src/domain/log/growing-tree.ts'
import { hexOf, leafHashOfText } from '../../../src/domain/log/hash.ts'
import { placeOf } from '../../../src/domain/log/tree-ranges.ts'
import { ODD_PRODUCTS } from '../plan/lies.ts'
import type { Clients } from '../world/clients.ts'
import { SECRETS, type SeenEvent, type World } from '../world/world.ts'
import { MODULES, STEPS, type Step } from './modules.ts'

const FIELD = 'Gateway_Reference'

type Leftover = { readonly step: Step; readonly id?: string; readonly reference?: string }

/** What people may be called in the sample data. None of it belongs into the log or a mail. */
const PERSONAL = ['Selin', 'solo@example.com', 'info@poligon', 'Tahtalı', 'Mühendislik']

/** A record in the CRM that is none of ours, as it was planted. */
export type Foreign = { readonly module: 'Deals' | 'Quotes' | 'Sales_Orders'; readonly id: string }

/** Checks the invariants of the sale in a world in which nothing is left to do. */
export function judge(world: World, clients: Clients, foreign: readonly Foreign[]): void {
  const live = liveBySale(world, foreign)
  for (const [saleId, events] of world.sales) {
    judgeRecords(world, saleId, events, live.get(saleId) ?? [])
    judgeMails(world, saleId, events)
    judgeRequest(world, clients, saleId, events)
  }
  for (const saleId of live.keys()) {
    if (!world.sales.has(saleId)) world.violate(`1: records of ${saleId}, a sale nobody recorded`)
  }
  judgeKeys(world, clients)
  judgeDeletes(world, foreign)
  judgeNamedSales(world)
  judgeOddProducts(world)
  judgeLog(world)
  judgeTree(world)
  judgeSecrets(world, clients)
  judgeComplaints(world)
}

type Live = { readonly step: Step; readonly record: CrmRecord }

function liveBySale(
  { fake, ownership, sales }: World,
  foreign: readonly Foreign[],
): ReadonlyMap<string, readonly Live[]> {
  const isForeign = new Set(foreign.map(({ id }) => id))
  const found = new Map<string, Live[]>()
  for (const step of STEPS) {
    for (const record of fake.records.live(MODULES[step])) {
      const [, saleId] = /^([0-9a-f-]{36}):[a-zA-Z]+$/.exec(String(record[FIELD])) ?? []
      if (saleId === undefined || isForeign.has(record.id)) continue
      // Where the sale has a record of its own there, the late create was refused.
      const isOwnRecord = isOwn(sales.get(saleId) ?? [], record.id)
      if (!isOwnRecord && ownership?.isExcused(String(record[FIELD]))) continue
      const list = found.get(saleId) ?? []
      found.set(saleId, list)
      list.push({ step, record })
    }
  }
  return found
}

function judgeRecords(
  world: World,
  saleId: string,
  events: readonly SeenEvent[],
  live: readonly Live[],
): void {
  const has = (type: string) => events.some((event) => event.type === type)
  const [row] = world.database.rows<{ status: string; at_rest: number }>(
    'select status, at_rest from sale where sale_id = ?',
    saleId,
  )
  for (const step of STEPS) {
    const ofStep = live.filter((one) => one.step === step)
    if (ofStep.length > 1) world.violate(`2: sale ${saleId} has ${ofStep.length} of its ${step}`)
  }
  const leftovers = leftoversOf(events)
  const lastOf = (type: string) => events.findLastIndex((event) => event.type === type)
  // After a former owner woke, it is rolled back once more.
  const isRolledBack = lastOf('SaleRolledBack') > lastOf('OwnerWoke')
  const unlisted = (ones: readonly Live[]) => ones.filter((one) => !isListed(one, leftovers))
  const expected = isRolledBack
    ? 'rolled_back'
    : has('SaleCompleted')
      ? 'completed'
      : lastOf('SaleStuck') > lastOf('SaleRolledBack')
        ? 'stuck'
        : 'unended'
  if (row?.status !== expected) {
    world.violate(`1: sale ${saleId} is ${row?.status} in its row, and ${expected} by its events`)
  }
  switch (expected) {
    case 'completed': {
      const own = live.filter(({ record }) => isOwn(events, record.id))
      const others = live.filter(({ record }) => !isOwn(events, record.id))
      if (!isLinked(own)) world.violate(`1: completed sale ${saleId} has not one of each, linked`)
      judgeAccount(world, saleId, own)
      if (unlisted(others).length > 0) world.violate(`1: completed sale ${saleId} has more`)
      return
    }
    case 'rolled_back':
      if (live.length > 0) world.violate(`1: rolled back sale ${saleId} left ${namesOf(live)}`)
      return
    case 'stuck': {
      const extra = unlisted(live)
      if (extra.length > 0) world.violate(`1: stuck sale ${saleId} does not list ${namesOf(extra)}`)
      for (const { id, step } of leftovers ?? []) {
        if (id === undefined || live.some(({ record }) => record.id === id)) continue
        // Its delete may have been done and never answered: then nobody knows that it is gone.
        const isThere = world.fake.records.find(MODULES[step], id) !== undefined
        const isDeleted = world.fake.records.bin(MODULES[step]).some((one) => one.id === id)
        if (!isThere && !isDeleted)
          world.violate(`1: stuck sale ${saleId} lists a ${step} ${id} that never was`)
      }
      return
    }
    case 'unended':
      world.violate(`8: sale ${saleId} came to no end (${events.map(({ type }) => type).join()})`)
  }
}

export function leftoversOf(events: readonly SeenEvent[]): readonly Leftover[] | undefined {
  const stuck = events.findLast(({ type }) => type === 'SaleStuck')
  return stuck?.data['leftovers'] as readonly Leftover[] | undefined
}

function isListed({ step, record }: Live, leftovers: readonly Leftover[] | undefined): boolean {
  return (leftovers ?? []).some(
    (one) => one.step === step && (one.id === record.id || one.reference === record[FIELD]),
  )
}

/** Whether the id is the first that was recorded of its step. */
function isOwn(events: readonly SeenEvent[], id: string): boolean {
  return ['DealCreated', 'QuoteCreated', 'SalesOrderCreated'].some((created) => {
    const first = events.find(({ type }) => type === created)
    return first !== undefined && hasValue(first.data, id)
  })
}

function isLinked(own: readonly Live[]): boolean {
  const [deal, quote, order] = STEPS.map((step) => own.find((one) => one.step === step)?.record)
  return (
    own.length === 3 &&
    deal !== undefined &&
    lookupId(quote?.['Deal_Name'] ?? null) === deal.id &&
    lookupId(order?.['Deal_Name'] ?? null) === deal.id &&
    lookupId(order?.['Quote_Name'] ?? null) === quote?.id
  )
}

/** The records are of the account that their contact has, with its addresses. */
function judgeAccount(world: World, saleId: string, own: readonly Live[]): void {
  const { fake } = world
  for (const { step, record } of own) {
    const contactId = lookupId(record['Contact_Name'] ?? null) ?? ''
    const accountId = lookupId(fake.records.find('Contacts', contactId)?.['Account_Name'] ?? null)
    const account = fake.records.find('Accounts', accountId ?? '')
    const isOfAccount = lookupId(record['Account_Name'] ?? null) === accountId
    const isThere = ADDRESS.every(
      (field) => step === 'deal' || record[field] === (account?.[field] ?? null),
    )
    if (!isOfAccount || !isThere)
      world.violate(`1: the ${step} of sale ${saleId} is not of its account`)
  }
}

const ADDRESS = ['Billing_City', 'Shipping_Street'] as const

function hasValue(data: Readonly<Record<string, unknown>>, value: string): boolean {
  return Object.values(data).includes(value)
}

function namesOf(live: readonly Live[]): string {
  return live.map(({ step, record }) => `${step} ${record.id}`).join(', ')
}

function judgeMails(world: World, saleId: string, events: readonly SeenEvent[]): void {
  const line = `\nSale ID: ${saleId}\n`
  for (const [about, expected] of [
    ['failed', events.some(({ type }) => type === 'CompensationRequired') ? 1 : 0],
    // Once more each time that a former owner woke.
    ['stuck', events.filter(({ type }) => type === 'SaleStuck').length],
    ['solved', endsOfStuck(events)],
  ] as const) {
    const named = world.mailServer.copies.filter(
      ({ mail }) => ABOUT.exec(mail.messageId)?.[1] === about && mail.text.includes(line),
    )
    const ids = new Set(named.map(({ mail }) => mail.messageId))
    // A sale that is tried again may come to rest in the last instant of a world, before its mail leaves.
    if (about === 'solved') for (const id of waitingMails(world, saleId)) ids.add(id)
    if (ids.size !== expected) {
      world.violate(
        `5: sale ${saleId} is named in ${ids.size} mails about a sale that ${about}, not in ${expected}`,
      )
    }
    if (about !== 'stuck') continue
    for (const { id, reference } of leftoversOf(events) ?? []) {
      if (!named.some(({ mail }) => mail.text.includes(id ?? reference ?? '?'))) {
        world.violate(`5: no mail of stuck sale ${saleId} lists ${id ?? reference}`)
      }
    }
  }
}

/** What a mail is about, in its id; a number follows after a wake of a former owner. */
const ABOUT = /\.(failed|stuck|solved)(?:\.\d+)?@/

/** The ids of the mails about a solved sale that wait in the outbox. */
function waitingMails(world: World, saleId: string): readonly string[] {
  const waiting = world.database.rows<{ readonly message_id: string }>(
    "select message_id from outbox where sent_at is null and about = 'solved' and sale_id = ?",
    saleId,
  )
  return waiting.map((mail) => mail.message_id)
}

/** How often the sale came to rest after it was stuck. */
function endsOfStuck(events: readonly SeenEvent[]): number {
  let isStuck = false
  let ends = 0
  for (const { type } of events) {
    if (type === 'SaleStuck') isStuck = true
    if (!isStuck || (type !== 'SaleRolledBack' && type !== 'SaleSettled')) continue
    isStuck = false
    ends += 1
  }
  return ends
}

/** A mail names no sale but those that the log knows to have failed. */
function judgeNamedSales(world: World): void {
  for (const { mail } of world.mailServer.copies) {
    for (const [, saleId = ''] of mail.text.matchAll(/^Sale ID: (.*)$/gm)) {
      const events = world.sales.get(saleId) ?? []
      const has = (type: string) => events.some((event) => event.type === type)
      if (!has('CompensationRequired') && !has('SaleStuck')) {
        world.violate(`5: ${mail.messageId} names ${saleId}, which has not failed`)
      }
    }
  }
}

/** The sale is the one that its caller asked for, and each request began one at most. */
function judgeRequest(
  world: World,
  clients: Clients,
  saleId: string,
  [first]: readonly SeenEvent[],
): void {
  const order = clients.orders.get(first?.actor.requestId ?? '')
  const { contactId, products } = first?.data ?? {}
  if (order === undefined || order.client !== first?.actor.client) {
    world.violate(`2: sale ${saleId} was asked for by nobody`)
  } else if (JSON.stringify({ contactId, products }) !== JSON.stringify(order.body)) {
    world.violate(`2: sale ${saleId} is not what ${order.name} asked for`)
  }
}

function judgeKeys(world: World, clients: Clients): void {
  const began = new Map<string, string[]>()
  for (const event of world.events) {
    if (event.type !== 'SaleRequested') continue
    const order = clients.orders.get(event.actor.requestId ?? '')
    if (order?.key === undefined) continue
    const key = `${order.client} ${order.key}`
    began.set(key, [...(began.get(key) ?? []), String(event.saleId)])
  }
  for (const [key, sales] of began) {
    if (sales.length > 1) world.violate(`2: key ${key} began ${sales.join(' and ')}`)
  }
  for (const [key, told] of clients.salesByKey) {
    const known = new Set([...told, ...(began.get(key) ?? [])])
    if (known.size > 1) world.violate(`2: callers of key ${key} were told of ${known.size} sales`)
  }
}

function judgeDeletes(world: World, foreign: readonly Foreign[]): void {
  for (const { module, id } of foreign) {
    if (world.fake.records.find(module, id) === undefined) {
      world.violate(`3: ${module} ${id} was deleted, and is none of ours`)
    }
  }
  for (const step of STEPS) {
    for (const record of world.fake.records.bin(MODULES[step])) {
      const [saleId = '', marked] = String(record[FIELD]).split(':')
      const events = world.sales.get(saleId)
      if (events === undefined || marked !== step) {
        world.violate(`3: ${MODULES[step]} ${record.id} was deleted, and is none of ours`)
      } else if (events.some(({ type }) => type === 'SaleCompleted') && isOwn(events, record.id)) {
        world.violate(`3: the ${step} of completed sale ${saleId} was deleted`)
      }
    }
  }
}

/**
 * What does not get better by waiting is read once by each process that comes to it. A sale that does
 * not begin has read it, too: its reads go out before it is stored.
 */
function judgeOddProducts(world: World): void {
  const notBegun = (world.counts.get('sale ids drawn') ?? 0) - world.sales.size
  for (const { id } of ODD_PRODUCTS) {
    const reads = world.counts.get(`lie: product ${id} read`) ?? 0
    const sales = [...world.sales.values()].filter(([first]) =>
      JSON.stringify(first?.data['products'] ?? null).includes(id),
    )
    const starts = world.counts.get('starts') ?? 1
    if (reads > sales.length * starts + notBegun) {
      world.violate(`8: product ${id} was read ${reads} times for ${sales.length} sales`)
    }
  }
}

function judgeLog(world: World): void {
  const stored = world.database.rows<{ position: number; body: string }>(
    'select position, body from event order by position',
  )
  const { committed } = world.database
  if (stored.length !== committed.length) {
    world.violate(`6: ${committed.length} events were committed, and ${stored.length} are there`)
  }
  const sequences = new Map<string, number>()
  for (const [index, { position, body }] of stored.entries()) {
    if (position !== index + 1) world.violate(`6: position ${position} is not ${index + 1}`)
    if (committed[index]?.body !== body) world.violate(`6: event ${position} has changed`)
    const event = world.events[index]
    if (event === undefined || event.saleId === null) continue
    const sequence = (sequences.get(event.saleId) ?? 0) + 1
    sequences.set(event.saleId, sequence)
    if (event.sequence !== sequence) world.violate(`6: event ${position} is out of sequence`)
  }
}

/** Each event names the leaf before it of its sale, or of those of no sale, and the tree is over all leaves. */
function judgeTree(world: World): void {
  const tree = growingTree(0)
  const leaves = new Map<string | null, string>()
  const expected = new Map<number, string>()
  for (const [index, { body }] of world.database.committed.entries()) {
    const { saleId = null, prev } = world.events[index] ?? {}
    if (prev !== (leaves.get(saleId) ?? null)) {
      world.violate(`6: event ${index + 1} does not name the one before it`)
    }
    const leaf = leafHashOfText(body)
    leaves.set(saleId, hexOf(leaf))
    for (const node of tree.add(leaf)) expected.set(placeOf(node), hexOf(node.hash))
  }
  const nodes = world.database.rows<{ place: number; hash: Uint8Array }>(
    'select place, hash from tree_node',
  )
  const isSame = nodes.every(({ place, hash }) => expected.get(place) === hexOf(hash))
  if (nodes.length !== expected.size || !isSame) {
    world.violate('6: the tree is not the one over the events')
  }
}

function judgeSecrets(world: World, clients: Clients): void {
  const places = {
    'the log lines': world.logLines.join('\n'),
    'the events': world.database.committed.map(({ body }) => body).join('\n'),
    'the mails': world.mailServer.copies.map(({ mail }) => JSON.stringify(mail)).join('\n'),
    'the answers': clients.said.join('\n'),
  }
  const secrets = [
    ...Object.values(SECRETS),
    ...world.template.keys.values(),
    ...world.network.tokens,
  ]
  for (const [place, text] of Object.entries(places)) {
    if (secrets.some((secret) => text.includes(secret))) world.violate(`7: a secret is in ${place}`)
    if (place === 'the answers') continue
    const person = PERSONAL.find((name) => text.includes(name))
    if (person !== undefined) world.violate(`7: ${person} is in ${place}`)
  }
}

/** The service logs what it takes for a bug of its own on the level of an error, and a sale that is stuck. */
function judgeComplaints(world: World): void {
  for (const line of world.logLines) {
    if (!/"level":[56]0/.test(line)) continue
    const said = JSON.parse(line) as { err?: Said; msg: string; saleId?: string }
    if (said.err?.code === 'lost' || said.msg === 'the CRM account is shut') continue
    const events = world.sales.get(said.saleId ?? '') ?? []
    const isStuck = events.some(({ type }) => type === 'SaleStuck')
    if (said.msg === 'sale ended' && isStuck) continue
    if (world.instances !== undefined && isOfSeveral(said.err)) continue
    world.violate(`the service complains: ${line}`)
  }
}

type Said = { readonly code?: string; readonly message?: string }

/** A sale was taken over, or its former owner woke: its run ends here, and its caller gets no answer. */
function isOfSeveral({ code, message = '' }: Said = {}): boolean {
  return code === 'conflict' || message.endsWith('its run ended before an answer was decided')
}
