// Writes queries in COQL, Zoho's query language, which sees a record at once: Zoho's search API
// sees a new record only after a while.

import type { Priority } from '../../../application/crm/crm.port.ts'
import type { ZohoRequest } from './zoho-call.ts'

/** Rows one query returns at most. A reference or an id has one row; an address has few. */
const ROWS_MAX = 200

/**
 * Returns a text as a COQL literal. Zoho's own articles double a quote; others escape it with a
 * backslash. Doubling both characters keeps the text inside the literal for a reader of either
 * kind: a wrong guess finds nothing or is refused, and never finds more.
 */
export function literal(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`
}

export function select(query: {
  readonly columns: readonly string[]
  readonly from: string
  readonly where: string
  readonly orderBy?: string
  /** Rows; `ROWS_MAX` where nothing is given. */
  readonly limit?: number
}): string {
  const { from, where, orderBy, limit = ROWS_MAX } = query
  const order = orderBy === undefined ? '' : ` order by ${orderBy}`
  return `select ${query.columns.join(', ')} from ${from} where ${where}${order} limit ${limit}`
}

/** The request that sends a query. */
export function queryRequest(selectQuery: string, priority: Priority): ZohoRequest {
  const body = JSON.stringify({ select_query: selectQuery })
  return { kind: 'read', method: 'POST', path: '/crm/v8/coql', body, priority }
}
