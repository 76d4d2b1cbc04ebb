import type { FaultRule } from '../../../src/adapters/fake-zoho/faults/faults.ts'
import { CALM, type Dials } from '../plan/dials.ts'

/** Sales under faults that are the same each time. */
export type Scenario = {
  readonly name: string
  /** Of a scenario with several sales: every second one, from the first on. */
  readonly hasKey: boolean
  /** Sales that are asked for at one instant; one where it is left out. */
  readonly sales?: number
  readonly faults?: readonly FaultRule[]
  readonly dials?: Dials
  /** How each sale that nothing kills ends. */
  readonly ends: 'completed' | 'rolled_back' | 'stuck'
}

const rule = (
  operation: FaultRule['operation'],
  kind: FaultRule['kind'],
  times = 1,
): FaultRule => ({ operation, kind, times })

const REFUSE = { type: 'refuse' } as const
const LOST = { type: 'resetAfter' } as const
const LATE = { type: 'lateApply', afterMs: 700 } as const
const ALWAYS = Number.POSITIVE_INFINITY

export const SCENARIOS: readonly Scenario[] = [
  { name: 'a sale without a key', hasKey: false, ends: 'completed' },
  { name: 'a sale with a key', hasKey: true, ends: 'completed' },
  {
    name: 'stored later than its reads come back',
    hasKey: true,
    dials: { ...CALM, database: { ...CALM.database, lateMs: [100, 100] } },
    ends: 'completed',
  },
  {
    // Each commit is that of a group with an event of each.
    name: 'five sales at once',
    hasKey: true,
    sales: 5,
    ends: 'completed',
  },
  {
    name: 'refused at the Deal',
    hasKey: true,
    faults: [rule('create:Deals', REFUSE)],
    ends: 'rolled_back',
  },
  {
    name: 'refused at the Quote',
    hasKey: false,
    faults: [rule('create:Quotes', REFUSE)],
    ends: 'rolled_back',
  },
  {
    name: 'refused at the Sales Order',
    hasKey: true,
    faults: [rule('create:Sales_Orders', REFUSE)],
    ends: 'rolled_back',
  },
  {
    name: 'the Deal made and not answered',
    hasKey: true,
    faults: [rule('create:Deals', LOST)],
    ends: 'completed',
  },
  {
    name: 'the Quote made late',
    hasKey: false,
    faults: [rule('create:Quotes', LATE)],
    ends: 'completed',
  },
  {
    name: 'the Sales Order made and not answered',
    hasKey: false,
    faults: [rule('create:Sales_Orders', LOST)],
    ends: 'completed',
  },
  {
    name: 'failing in the rollback',
    hasKey: true,
    faults: [
      rule('create:Sales_Orders', REFUSE),
      rule('delete:Quotes', { type: 'statusAfter', status: 500 }),
      rule('delete:Deals', { type: 'refuse', code: 'RECORD_LOCKED' }),
    ],
    ends: 'rolled_back',
  },
  {
    name: 'the mail refused, or its answer lost',
    hasKey: false,
    faults: [rule('create:Quotes', REFUSE)],
    dials: { ...CALM, mail: { ...CALM.mail, refused: 0.4, answerLost: 0.3 } },
    ends: 'rolled_back',
  },
  {
    name: 'the token expired on the way',
    hasKey: true,
    faults: [rule('create:Quotes', { type: 'status', status: 401 })],
    ends: 'completed',
  },
  {
    name: 'stuck',
    hasKey: false,
    faults: [
      rule('create:Sales_Orders', REFUSE),
      rule('delete:Deals', { type: 'refuse', code: 'RECORD_LOCKED' }, ALWAYS),
    ],
    ends: 'stuck',
  },
]
