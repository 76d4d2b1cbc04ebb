// Places times on the width of a drawing.

import type { EpochMs } from '../../../../domain/time.ts'

/** Where a time lies, in percent of the width. */
export type Scale = (at: EpochMs) => number

/**
 * A scale over these times on which each stretch between two neighbours is as wide as the square
 * root of its length: beside two minutes of waiting, a call of 100 ms is still seen.
 */
export function makeScale(times: readonly EpochMs[]): Scale {
  const points = [...new Set(times)].sort((a, b) => a - b)
  const ends = points.map((_, index) => widthUntil(points, index))
  const total = ends.at(-1) || 1
  return (at) => {
    const index = points.findLastIndex((point) => point <= at)
    const point = points[index]
    const next = points[index + 1]
    if (point === undefined) return 0
    const begin = ends[index] ?? 0
    if (next === undefined) return (100 * begin) / total
    const share = (at - point) / (next - point)
    return (100 * (begin + share * ((ends[index + 1] ?? 0) - begin))) / total
  }
}

function widthUntil(points: readonly number[], index: number): number {
  let width = 0
  for (let i = 1; i <= index; i += 1) width += Math.sqrt((points[i] ?? 0) - (points[i - 1] ?? 0))
  return width
}
