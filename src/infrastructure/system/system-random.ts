// The randomness of this machine.

import { v7 } from 'uuid'
import type { Random } from '../../application/base/random.port.ts'
import type { SaleId } from '../../domain/ids.ts'

/** Sale ids as UUIDv7, which grow with time, and fractions for the pauses between two attempts. */
export function makeSystemRandom(): Random {
  return { saleId: () => v7() as SaleId, fraction: () => Math.random() }
}
