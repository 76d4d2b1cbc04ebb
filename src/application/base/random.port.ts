import type { SaleId } from '../../domain/ids.ts'

/** The source of ids and of chance. */
export interface Random {
  /** A new UUIDv7, greater than those made before it in this process. */
  saleId(): SaleId

  /** A number from 0 up to, and not including, 1. */
  fraction(): number
}
