// Records that the CRM made and shows in no read.
import type { FakeZoho } from '../../../src/adapters/fake-zoho/fake-zoho.ts'
import type { Operation } from '../../../src/adapters/fake-zoho/faults/operation.ts'
import { moduleNamed } from '../../../src/adapters/fake-zoho/schema/modules.ts'
import type { RecordState } from '../../../src/adapters/fake-zoho/world/record-states.ts'
import type { SeededRandom } from './seeded-random.ts'

/** Shares are from 0 to 1. */
export type HidingPlan = {
  /** Of new records: hidden at first. */
  readonly share: number
  /** How long a record may be hidden that no answer has named, in milliseconds. */
  readonly hiddenMsMax: number
  /** Of those: hidden for ever from the moment that an answer has named them. */
  readonly foreverShare: number
  /** Of these: a person has to let go of them before they can be deleted. */
  readonly heldShare: number
}

type Fate = {
  readonly later: RecordState
  /** The process that an answer named the record to, and that has not written it down yet. */
  namedTo?: number | undefined
  isRecorded: boolean
}

/**
 * Hides records. For ever only those that an answer named to a process which lived to write it
 * down: nothing can be promised about a record that nobody was told of and that no read shows.
 */
export class HiddenRecords {
  readonly #fake: FakeZoho
  readonly #random: SeededRandom
  readonly #plan: HidingPlan
  readonly #count: (name: string) => void
  readonly #fates = new Map<string, Fate>()

  constructor(deps: {
    readonly fake: FakeZoho
    readonly random: SeededRandom
    readonly plan: HidingPlan
    readonly count: (name: string) => void
  }) {
    this.#fake = deps.fake
    this.#random = deps.random
    this.#plan = deps.plan
    this.#count = deps.count
  }

  /** A call was applied: a record that it made is hidden, by its share. */
  onApplied(operation: Operation): void {
    const [verb, name] = operation.split(':')
    const module = verb === 'create' ? moduleNamed(name) : undefined
    const made = module === undefined ? undefined : this.#fake.records.live(module).at(-1)
    // What has no time of creation was planted.
    if (typeof made?.['Created_Time'] !== 'string' || this.#fates.has(made.id)) return
    const { share, hiddenMsMax, foreverShare, heldShare } = this.#plan
    const isHidden = this.#random.chance(share)
    const forMs = this.#random.int(0, hiddenMsMax)
    const isForever = isHidden && this.#random.chance(foreverShare)
    const isHeld = this.#random.chance(heldShare)
    const held = this.#random.pick<RecordState>([{ type: 'pending' }, { type: 'hidden' }])
    const loose: RecordState = { type: 'hidden', isDeletable: true }
    const later: RecordState = isForever ? (isHeld ? held : loose) : { type: 'plain' }
    this.#fates.set(made.id, { later, isRecorded: false })
    if (!isHidden) return
    this.#count('lie: record hidden')
    this.#fake.states.set(made.id, { type: 'hidden', forMs, isDeletable: true })
  }

  /** An answer with this text reached a process. */
  onAnswered(process: number, status: number, text: string): void {
    if (status !== 201 && status !== 400) return
    for (const [, id = ''] of text.matchAll(/"id":"(\d+)"/g)) {
      const fate = this.#fates.get(id)
      if (fate === undefined || fate.later.type === 'plain') continue
      fate.namedTo = process
      this.#fake.states.set(id, fate.later)
      this.#count('lie: record hidden for ever')
    }
  }

  /** The log has an event with this text: the ids in it are known for good. */
  onRecorded(text: string): void {
    for (const [id, fate] of this.#fates) if (text.includes(id)) fate.isRecorded = true
  }

  /** What only this process knew of is seen again. */
  onDeath(process: number): void {
    for (const [id, fate] of this.#fates) {
      if (fate.namedTo === process && !fate.isRecorded) this.#fake.states.set(id, { type: 'plain' })
    }
  }

  /** A person approves, unlocks and shows everything. */
  mend(): void {
    this.#fake.states.clear()
  }
}
