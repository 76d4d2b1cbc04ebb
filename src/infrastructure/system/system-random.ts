import { v7 } from 'uuid'
import type { Random } from '../../application/base/random.port.ts'
import type { SaleId } from '../../domain/ids.ts'

export function makeSystemRandom(): Random {
  return { saleId: () => v7() as SaleId, fraction: () => Math.random() }
}
