/** Something that is not as it should be, and where: `position 41`, `checkpoint 7`, `sale <id>`. */
export type Finding = { readonly place: string; readonly text: string }

export type Report = (place: string, text: string) => void

/** Numbers one after the other are told as one: `3 to 7`. They come in ascending order. */
export function rangesOf(numbers: readonly number[]): readonly string[] {
  const ranges: { first: number; last: number }[] = []
  for (const number of numbers) {
    const open = ranges.at(-1)
    if (open !== undefined && open.last + 1 === number) open.last = number
    else ranges.push({ first: number, last: number })
  }
  return ranges.map(({ first, last }) => (first === last ? `${first}` : `${first} to ${last}`))
}
