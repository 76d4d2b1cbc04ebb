import type { SaleId } from '../../domain/ids.ts'

export interface Random {
  /** A new UUIDv7, greater than those made before it in this process. */
  saleId(): SaleId

  /** A number from 0 up to, and not including, 1. */
  fraction(): number
}
