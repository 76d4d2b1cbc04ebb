// Judges several instances over one database while they run: who may write, and who drives which sale.

import type { SimulatedProcess } from '../world/simulated-process.ts'
import type { Instances, SeenEvent, World } from '../world/world.ts'
import { MODULES } from './modules.ts'

const CREATED = /"Gateway_Reference":"([0-9a-f-]{36}):[a-zA-Z]+"/
const DELETED = /^DELETE \/crm\/v8\/([A-Za-z_]+)\/(\d+)/

/** A sale of an instance that is gone has another owner within so many leases. */
const TAKEN_OVER_WITHIN = 2

/** For timers that are late, and for clocks that do not run alike, in milliseconds. */
const SLACK_MS = 500

/** The owners of the sales, as the database has them at each moment. */
export class Ownership {
  readonly #world: World
  readonly #leaseMs: number
  /** From when on nothing is out of order that a take-over may have to wait for. */
  #quietFrom: number

  /** Creates that a former owner has sent, by their references, until it has said so. */
  readonly #unsaid = new Map<string, SimulatedProcess>()

  constructor(world: World, { leaseMs }: Instances) {
    this.#world = world
    this.#leaseMs = leaseMs
    this.#quietFrom = world.time.now
    this.#lookAgain()
  }

  onTrouble(): void {
    this.#quietFrom = Math.max(this.#quietFrom, this.#world.time.now)
  }

  /** A lease may have been renewed late: then its instance gives the others a lease of time. */
  onLate(): void {
    this.#quietFrom = this.#world.time.now + this.#leaseMs
  }

  owns({ instance }: SimulatedProcess, saleId: string): boolean {
    return instance !== null && this.#ownerOf(saleId) === instance
  }

  /** To be asked when a create is sent: whether its sale was taken over before that. */
  isFormerOwner(process: SimulatedProcess, saleId: string, step: string): boolean {
    if (this.owns(process, saleId)) return false
    this.#unsaid.set(`${saleId}:${step}`, process)
    return true
  }

  /**
   * Whether a record may be left: its sender woke, sent it, and died before it could say so. Who knew of it is
   * dead (docs/guarantees.md).
   */
  isExcused(reference: string): boolean {
    const sender = this.#unsaid.get(reference)
    const isExcused = sender !== undefined && !sender.alive && !sender.stoppedInOrder
    if (isExcused)
      this.#world.count('records left by a former owner that died before it could say so')
    return isExcused
  }

  /** A former owner records nothing but that it woke. */
  judgeEvent({ type, saleId, data }: SeenEvent, writer: number | null): void {
    if (saleId === null) return
    if (type === 'OwnerWoke') {
      this.#unsaid.delete(`${saleId}:${data['step']}`)
      this.#world.count('events OwnerWoke')
      return
    }
    if (type === 'SaleInterrupted') this.#world.count('sales taken up')
    if (this.#ownerOf(saleId) !== writer) {
      this.#world.violate(`9: ${type} of ${saleId} is stored by ${writer}, which does not own it`)
    }
  }

  /** A process that decides to change a record has a lease, and the sale. It may be stopped right after that. */
  judgeWrite(process: SimulatedProcess, what: string, body: string): void {
    const saleId = this.#saleOf(what, body)
    if (saleId === undefined) return
    const { instance } = process
    const [lease] = this.#world.database.rows<{ lease_until: number }>(
      'select lease_until from instance where number = ?',
      instance,
    )
    if (lease === undefined || lease.lease_until <= this.#world.time.now) {
      this.#world.violate(`9: ${what} of ${saleId} by ${instance}, whose lease is over`)
    }
    if (!this.owns(process, saleId)) {
      this.#world.violate(`9: ${what} of ${saleId} by ${instance}, which does not own it`)
    }
  }

  /** The sale whose records a request changes. */
  #saleOf(what: string, body: string): string | undefined {
    if (what.startsWith('POST /crm/v8/')) return CREATED.exec(body)?.[1]
    const [, module, id = ''] = DELETED.exec(what) ?? []
    const known = Object.values(MODULES).find((one) => one === module)
    const record = known && this.#world.fake.records.find(known, id)
    return record && String(record['Gateway_Reference']).split(':')[0]
  }

  #ownerOf(saleId: string): number | null | undefined {
    const [row] = this.#world.database.rows<{ owner: number | null }>(
      'select owner from sale where sale_id = ?',
      saleId,
    )
    return row?.owner
  }

  #lookAgain(): void {
    this.#world.time.after(Math.floor(this.#leaseMs / 4), () => {
      this.#look()
      this.#lookAgain()
    })
  }

  /** No unfinished sale is without a living owner for long, while another lives that could take it. */
  #look(): void {
    const { processes, database, time } = this.#world
    const isWell = (one: SimulatedProcess) =>
      one.listening && !one.isStopping && !one.isSuspended && !database.isAwayFor(one)
    const present = processes.filter((one) => one !== undefined)
    const isInOrder = present.every((one) => isWell(one) || one.instance === null)
    if (!isInOrder || !present.some(isWell) || database.isBusy || this.#isRough()) {
      this.onLate()
      return
    }
    if (time.now < this.#quietFrom + TAKEN_OVER_WITHIN * this.#leaseMs + SLACK_MS) return
    const living = new Set(processes.map((one) => one?.instance))
    const open = database.rows<{ sale_id: string; owner: number | null }>(
      'select sale_id, owner from sale where at_rest = 0',
    )
    for (const { sale_id, owner } of open) {
      if (owner !== null && living.has(owner as never)) continue
      this.#world.violate(`9: sale ${sale_id} of ${owner} was not taken over in time`)
    }
  }

  /** The database loses or refuses something now and then: no time can be promised. */
  #isRough(): boolean {
    const { full, lostCommit } = this.#world.dials.database
    return full > 0 || lostCommit > 0
  }
}
