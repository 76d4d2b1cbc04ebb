export interface Refreshes {
  /**
   * Whether this refresh token may be used now: fewer than `max` uses in the last ten minutes.
   * What is refused counts as a use, too: trying again makes the lockout last.
   */
  take(refreshToken: string, max: number): boolean
  clear(): void
}

/** Zoho's: ten minutes. */
const WINDOW_MS = 600_000

// Of refresh tokens that are remembered, and of uses of one: beyond, the oldest go first.
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
