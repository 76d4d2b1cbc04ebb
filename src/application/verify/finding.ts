// What a verification finds and reports.

/** One thing that is wrong, and its place: `position 41`, `checkpoint 7`, `sale <id>`, `tree`. */
export type Finding = { readonly place: string; readonly text: string }

export type Report = (place: string, text: string) => void

/** Ascending numbers as texts, with successive ones as one range: `3 to 7`. */
export function rangesOf(numbers: readonly number[]): readonly string[] {
  const ranges: { first: number; last: number }[] = []
  for (const number of numbers) {
    const open = ranges.at(-1)
    if (open !== undefined && open.last + 1 === number) open.last = number
    else ranges.push({ first: number, last: number })
  }
  return ranges.map(({ first, last }) => (first === last ? `${first}` : `${first} to ${last}`))
}
