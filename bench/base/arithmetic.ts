// Medians, percentiles and ratios of measured numbers.

/** The middle one; of an even count the mean of both in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length / 2
  const upper = sorted[Math.floor(middle)]
  if (upper === undefined) return Number.NaN
  const lower = sorted[Math.ceil(middle) - 1] ?? upper
  return (lower + upper) / 2
}

/** The least value that at least `percent` of all values do not exceed (nearest rank). */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  const rank = Math.max(1, Math.ceil((percent / 100) * sorted.length))
  return sorted[rank - 1] ?? Number.NaN
}

/** `NaN` where either is missing, so that nothing measured is never a target met. */
export function ratio(value: number | undefined, of: number | undefined): number {
  return value === undefined || of === undefined || of === 0 ? Number.NaN : value / of
}
