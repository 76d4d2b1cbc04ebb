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
