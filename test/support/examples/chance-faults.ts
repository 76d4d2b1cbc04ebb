// Faults that the fake CRM meets by chance.
import type { FaultKind } from '../../../src/adapters/fake-zoho/faults/fault-kinds.ts'
import type { OperationPattern } from '../../../src/adapters/fake-zoho/faults/operation.ts'
import type { ChanceFault } from '../../../src/adapters/fake-zoho/world/settings.ts'

/** Each of these faults at each of these operations, from 0 (never) to 1 (always). */
export function chanceFaults(
  operations: readonly OperationPattern[],
  kinds: readonly (readonly [kind: FaultKind, probability: number])[],
): readonly ChanceFault[] {
  return kinds.flatMap(([kind, probability]) =>
    operations.map((operation) => ({ operation, kind, probability })),
  )
}

/** One call in twenty meets one of these. */
export const ONE_CALL_IN_TWENTY = chanceFaults(
  ['create:*', 'delete:*', 'coql:*', 'list:*'],
  [
    [{ type: 'refuse' }, 0.05 / 6],
    [{ type: 'status' }, 0.05 / 6],
    [{ type: 'statusAfter' }, 0.05 / 6],
    [{ type: 'resetBefore' }, 0.05 / 6],
    [{ type: 'resetAfter' }, 0.05 / 6],
    [{ type: 'lateApply', afterMs: 400 }, 0.05 / 6],
  ],
)
