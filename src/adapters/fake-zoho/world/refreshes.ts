// Zoho's limit of refreshes in ten minutes.
export interface Refreshes {
  /**
   * Whether this refresh token may be used now: it was used less than `max` times in the last ten
   * minutes. A refused use counts as well, so trying again makes the lock-out last longer.
   */
  take(refreshToken: string, max: number): boolean
  clear(): void
}

/** Zoho's: ten minutes. */
const WINDOW_MS = 600_000

// Refresh tokens that are remembered, and uses of one. Beyond, the oldest are dropped.
const TOKENS_MAX = 1_000
const USES_MAX = 1_000

export function makeRefreshes(now: () => number): Refreshes {
  const usedAtMs = new Map<string, readonly number[]>()
  return {
    take(refreshToken, max) {
      const nowMs = now()
      const recent = (usedAtMs.get(refreshToken) ?? []).filter((atMs) => nowMs - atMs < WINDOW_MS)
      usedAtMs.set(refreshToken, [...recent, nowMs].slice(-USES_MAX))
      const [oldest] = usedAtMs.keys()
      if (usedAtMs.size > TOKENS_MAX && oldest !== undefined) usedAtMs.delete(oldest)
      return recent.length < max
    },
    clear: () => usedAtMs.clear(),
  }
}
