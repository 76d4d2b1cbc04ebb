// Text in columns, for a terminal.
import process from 'node:process'

/** Letters that the last column has at least, however narrow the terminal is. */
const LAST_COLUMN_MIN = 16

/**
 * One line for the head and one for each row; a column is as wide as its widest cell. Where that is wider
 * than `width` letters, the last column goes on in the next line.
 */
export function alignedColumns(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  width = Number.POSITIVE_INFINITY,
): readonly string[] {
  const all = [head, ...rows]
  const widths = head.slice(0, -1).map((_, i) => Math.max(...all.map((row) => row[i]?.length ?? 0)))
  const left = widths.reduce((sum, one) => sum + one + GAP.length, 0)
  const room = Math.max(width - left, LAST_COLUMN_MIN)
  return all.flatMap((row) => {
    const cells = widths.map((one, i) => `${(row[i] ?? '').padEnd(one)}${GAP}`)
    const [first = '', ...more] = folded(row[widths.length] ?? '', room)
    return [
      `${cells.join('')}${first}`.trimEnd(),
      ...more.map((part) => `${' '.repeat(left)}${part}`),
    ]
  })
}

const GAP = '  '

/** The text in lines of at most `width` letters, cut at spaces where it has some. */
function folded(text: string, width: number): readonly string[] {
  if (text.length <= width) return [text]
  const space = text.lastIndexOf(' ', width)
  const end = space > 0 ? space : width
  return [text.slice(0, end), ...folded(text.slice(end).trimStart(), width)]
}

/** Letters of a line of stdout; without an end where it is no terminal, because programs read lines. */
export function terminalWidth(): number {
  return process.stdout.isTTY ? process.stdout.columns : Number.POSITIVE_INFINITY
}
