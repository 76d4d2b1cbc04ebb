// The simulated callers: what each sends, and when it asks again.
import type { InjectOptions } from 'fastify'
import type { SeededRandom } from '../plan/seeded-random.ts'
import type { SimulatedProcess } from './simulated-process.ts'
import { type SeenEvent, STARTED_AT, type World } from './world.ts'

const SUCCESS = '{"status":"success","message":"Success."}'
const FAILED = '{"status":"failed","message":"Failed."}'

/** The pause between two attempts doubles with each, up to so many times the first. */
const PAUSE_GROWS_MAX = 32

/** When the key of the client `guest` expires, by the wall clock of the process that judges it. */
export const KEY_EXPIRES_AT = STARTED_AT + 60_000

/** Answers that say that nothing was started. */
const NOTHING_STARTED: ReadonlySet<number> = new Set([409, 422, 429, 503])

export type SaleBody = {
  readonly contactId: string
  readonly products: readonly { readonly productId: string; readonly quantity: number }[]
}

/** One sale as its caller wants it. */
export type Order = {
  /** Names its requests; with it the log is compared. */
  readonly name: string
  readonly client: string
  readonly key: string | undefined
  readonly body: SaleBody
  /** Goes away so long after asking, and asks again only with a key. */
  readonly hangsUpAfterMs?: number | undefined
}

export type Reply =
  | {
      readonly type: 'answered'
      readonly status: number
      readonly body: string
      readonly headers: Readonly<Record<string, unknown>>
    }
  /** The connection ended without an answer. */
  | { readonly type: 'broken' }
  /** No connection was made. */
  | { readonly type: 'refused' }

/** The callers: their requests, and the answers they received. */
export class Clients {
  /** Callers that are not content yet. */
  waiting = 0
  readonly orders = new Map<string, Order>()
  /** The sales named in the answers to each key. */
  readonly salesByKey = new Map<string, Set<string>>()
  /** Everything that left the service, for a search. */
  readonly said: string[] = []
  readonly #world: World
  #reads = 0
  readonly #random: SeededRandom

  constructor(world: World) {
    this.#world = world
    this.#random = world.random.of('clients')
  }

  /** Asks until there is an answer for good; without a key, until nobody knows any more. */
  async sell(order: Order): Promise<Reply> {
    this.waiting += 1
    try {
      for (let attempt = 1; ; attempt += 1) {
        const reply = await this.#try(order, `${order.name}-try-${attempt}`)
        if (isFinal(reply, order)) return reply
        const pauseMs = this.#random.int(500, 3_000) * Math.min(2 ** attempt, PAUSE_GROWS_MAX)
        await this.#world.time.sleep(Math.max(pauseMs, retryAfterMs(reply)))
      }
    } finally {
      this.waiting -= 1
    }
  }

  /** Reads something once, and compares what is said with what is so. */
  async read(client: string, url: string): Promise<Reply> {
    this.waiting += 1
    try {
      this.#reads += 1
      // An auditor's look is recorded, and the id of its request with it.
      const headers = { ...this.#headers(client), 'x-request-id': `read-no-${this.#reads}` }
      const reply = await this.#ask({ method: 'GET', url, headers }, url)
      if (reply.type !== 'answered') return reply
      if (reply.status === 200) this.#compareRead(url, reply.body)
      if (reply.status === 404 && this.#world.lies !== undefined && url.startsWith('/getContact')) {
        this.#world.violate(`4: ${url} was told that there is no such contact`)
      }
      return reply
    } finally {
      this.waiting -= 1
    }
  }

  /** Comes with the key that expires: it opens until then, and not a moment longer. */
  async tryExpiringKey(): Promise<void> {
    const process = this.#instance()
    if (process === undefined) return
    const isExpired = () => process.clock.now() >= KEY_EXPIRES_AT
    const before = isExpired()
    const headers = this.#headers('guest')
    const reply = await this.#ask(
      { method: 'GET', url: '/sales?limit=1', headers },
      'a guest',
      process,
    )
    // A database that is away says nothing about a key.
    if (reply.type !== 'answered' || reply.status >= 500) return
    const isRefused = reply.status === 401
    if (before && isRefused) this.#world.count('expired keys refused')
    // Where the clock was set meanwhile, nobody can say when the key was judged.
    if (before !== isExpired()) return
    if (before !== isRefused) {
      this.#world.violate(before ? 'an expired key is let in' : 'a key is refused too early')
    }
  }

  async #try(order: Order, requestId: string): Promise<Reply> {
    this.orders.set(requestId, order)
    this.#world.count('requests for a sale')
    const headers = {
      ...this.#headers(order.client),
      'content-type': 'application/json',
      'x-request-id': requestId,
      ...(order.key === undefined ? {} : { 'idempotency-key': order.key }),
    }
    const payload = JSON.stringify(order.body)
    const asked = this.#ask({ method: 'POST', url: '/createSales', headers, payload }, requestId)
    const reply = await this.#untilHungUp(asked, order)
    if (reply.type === 'answered') this.#compareAnswer(order, requestId, reply)
    return reply
  }

  async #untilHungUp(asked: Promise<Reply>, { hangsUpAfterMs }: Order): Promise<Reply> {
    if (hangsUpAfterMs === undefined) return asked
    const gone = this.#world.time.sleep(hangsUpAfterMs).then(() => ({ type: 'broken' }) as const)
    return Promise.race([asked, gone])
  }

  async #ask(request: InjectOptions, name: string, process = this.#instance()): Promise<Reply> {
    const { trace, time } = this.#world
    const isOpen = process?.listening === true && (process.isOneOfSeveral || !process.isSuspended)
    if (process?.built === undefined || !isOpen) {
      await time.sleep(1)
      return { type: 'refused' }
    }
    trace.add(`client asks ${name}${process.isOneOfSeveral ? ` of p${process.number}` : ''}`)
    const broken = { type: 'broken' } as const
    // The system takes the connections of a process that is stopped, and it reads them later.
    if (process.isSuspended) await Promise.race([process.awake(), process.gone])
    if (!process.alive) return broken
    const answered = process.built.server.inject(request).then(
      ({ statusCode: status, body, headers }) =>
        ({ type: 'answered', status, body, headers }) as const,
      () => broken,
    )
    const reply = await Promise.race([answered, process.gone.then(() => broken)])
    const what = reply.type === 'answered' ? `${reply.status} ${reply.body.length}` : reply.type
    trace.add(`client is told ${name} ${what}`)
    if (reply.type === 'answered') this.said.push(reply.body, JSON.stringify(reply.headers))
    return reply
  }

  /** Any one of several; a caller does not know whether it is well. */
  #instance(): SimulatedProcess | undefined {
    const { processes } = this.#world
    if (processes.length === 1) return processes[0]
    return processes[this.#random.int(0, processes.length - 1)]
  }

  #headers(client: string) {
    return { 'x-api-key': this.#world.template.keys.get(client) ?? '' }
  }

  #compareAnswer(order: Order, requestId: string, reply: Reply & { type: 'answered' }): void {
    const { status, body, headers } = reply
    const world = this.#world
    world.count(`answers ${status}`)
    const saleId = String(headers['sale-id'] ?? '')
    const what = `${requestId}: ${status} ${body}`
    const events = world.sales.get(saleId) ?? []
    if (status === 200 && (body !== SUCCESS || !has(events, 'SaleCompleted'))) {
      world.violate(`4: ${what}, and sale ${saleId} is not completed`)
    }
    if (status === 500) {
      if (body !== FAILED) world.violate(`4: ${what}`)
      else if (!has(events, 'CompensationRequired') || has(events, 'SaleCompleted')) {
        world.violate(`4: ${what}, and sale ${saleId} has not failed`)
      }
    }
    if (NOTHING_STARTED.has(status)) {
      const started = world.events.find((event) => event.actor.requestId === requestId)
      if (started !== undefined) world.violate(`4: ${what}, and sale ${started.saleId} was begun`)
    } else if (status !== 200 && status !== 500) world.violate(`4: ${what}`)
    if (order.key === undefined || saleId === '') return
    const keyOfClient = `${order.client} ${order.key}`
    const sales = this.salesByKey.get(keyOfClient) ?? new Set()
    this.salesByKey.set(keyOfClient, sales.add(saleId))
  }

  /** What was read has to be in the log as it was read, and to stay so. */
  #compareRead(url: string, body: string): void {
    const world = this.#world
    if (url.startsWith('/getContact')) {
      const email = decodeURIComponent(url.split('=')[1] ?? '')
      if (!body.includes(`"Email":"${email}"`))
        world.violate(`a look-up of ${email} was told ${body}`)
      return
    }
    const events = url.startsWith('/log')
      ? body
          .split('\n')
          .filter((line) => line !== '')
          .map((line) => JSON.parse(line))
      : url.startsWith('/sales/')
        ? JSON.parse(body).events
        : []
    for (const event of events as readonly SeenEvent[]) {
      const known = world.events[event.position - 1]
      if (known?.type !== event.type || JSON.stringify(known.data) !== JSON.stringify(event.data)) {
        world.violate(`6: ${url} showed an event ${event.position} that the log has not`)
      }
    }
  }
}

function has(events: readonly SeenEvent[], type: string): boolean {
  return events.some((event) => event.type === type)
}

function isFinal(reply: Reply, order: Order): boolean {
  if (reply.type === 'refused') return false
  if (reply.type === 'broken') return order.key === undefined
  return reply.status === 200 || reply.status === 500 || reply.status === 422
}

function retryAfterMs(reply: Reply): number {
  if (reply.type !== 'answered') return 0
  const seconds = Number(reply.headers['retry-after'] ?? 0)
  // A caller in a hurry: a whole minute makes a run long and shows nothing more.
  return Math.min(seconds * 1_000, 20_000)
}
