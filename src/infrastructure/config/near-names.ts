// Finds variables that were probably meant to be settings: each is one slip of the keys away from one.

import { SETTING_NAMES } from './settings.ts'

/** Variables of other programs that are as near. Cron sets `MAILTO` for every job; git reads `EMAIL`. */
const OF_OTHERS: readonly string[] = ['MAILTO', 'EMAIL']

/**
 * A line for each variable that is no setting and looks like one. A name that is only somewhat like a
 * setting, such as `PATH` or `HTTP_URL`, has none. Values are never in it.
 */
export function nearNameWarnings(names: readonly string[]): readonly string[] {
  return names.flatMap((name) => {
    const meant = nearest(name)
    return meant === undefined
      ? []
      : `${name}: is no setting, and has no effect. ${meant} is one: was it meant?`
  })
}

function nearest(name: string): string | undefined {
  if (SETTING_NAMES.includes(name) || OF_OTHERS.includes(name)) return undefined
  // A name that is longer or shorter by more than the slips cannot be near: most need no comparison.
  const near = SETTING_NAMES.filter(
    (known) => Math.abs(known.length - name.length) <= editsMax(known),
  )
    .map((known) => ({ known, edits: editsBetween(name, known, editsMax(known)) }))
    .filter(({ known, edits }) => edits <= editsMax(known))
    .toSorted((a, b) => a.edits - b.edits)
  return near[0]?.known
}

/** Slips in a name of this length. With more, `HOME` would be near `HOST`. */
function editsMax({ length }: string): number {
  if (length < 4) return 0
  return length < 10 ? 1 : 2
}

/**
 * Letters to insert, leave out, replace or swap with their neighbour until one name is the other.
 * Upper and lower case count as the same. Stops where it is more than `most`.
 * Source: optimal string alignment, a form of the Damerau-Levenshtein distance.
 */
function editsBetween(one: string, other: string, most: number): number {
  const [a, b] = [one.toUpperCase(), other.toUpperCase()]
  let before: readonly number[] = []
  let last: readonly number[] = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let row = 1; row <= a.length; row += 1) {
    const line = [row]
    for (let column = 1; column <= b.length; column += 1) {
      const isSame = a[row - 1] === b[column - 1]
      const isSwapped = a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]
      line.push(
        Math.min(
          at(last, column) + 1,
          at(line, column - 1) + 1,
          at(last, column - 1) + (isSame ? 0 : 1),
          isSwapped ? at(before, column - 2) + 1 : Number.POSITIVE_INFINITY,
        ),
      )
    }
    // A row grows from the two above it, and never below their least.
    if (Math.min(...line, ...last) > most) return Number.POSITIVE_INFINITY
    before = last
    last = line
  }
  return at(last, b.length)
}

function at(line: readonly number[], column: number): number {
  return line[column] ?? Number.POSITIVE_INFINITY
}
