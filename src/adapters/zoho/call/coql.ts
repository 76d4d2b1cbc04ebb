/** Rows one query may return. A reference or an id finds one; an address, few. */
const ROWS_MAX = 200

/**
 * A text as a COQL literal. Zoho's own articles double a quote; others escape it with a
 * backslash. Doubling both characters keeps the text inside the literal under either reading: a
 * wrong guess finds nothing or is refused, and never widens the query.
 */
export function literal(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`
}

export function select(query: {
  readonly columns: readonly string[]
  readonly from: string
  readonly where: string
  readonly orderBy?: string
}): string {
  const order = query.orderBy === undefined ? '' : ` order by ${query.orderBy}`
  const columns = query.columns.join(', ')
  return `select ${columns} from ${query.from} where ${query.where}${order} limit ${ROWS_MAX}`
}
