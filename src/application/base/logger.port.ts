import type { SaleId } from '../../domain/ids.ts'

/** Structured lines for the operator. Never a secret, a name or an address, in either argument. */
export interface Logger {
  info(fields: Readonly<Record<string, unknown>>, message: string): void
  warn(fields: Readonly<Record<string, unknown>>, message: string): void
  error(fields: Readonly<Record<string, unknown>>, message: string): void
}

/** A logger that also takes what is of interest only to who looks for a fault. */
export interface DetailLogger extends Logger {
  debug(fields: Readonly<Record<string, unknown>>, message: string): void
}

/** What the lines about a sale have in common: a person follows one sale by any of them. */
export type SaleNames = {
  readonly saleId: SaleId
  /** Of the request that began the sale; absent where the log has none. */
  readonly requestId?: string | undefined
  /** Of the caller's trace (W3C Trace Context); absent without one, and in a later process. */
  readonly traceId?: string | undefined
}
