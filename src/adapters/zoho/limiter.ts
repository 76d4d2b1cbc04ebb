/** Keeps the calls in flight, of all sales together, under Zoho's limit for the organisation. */
export interface Limiter {
  /**
   * Waits for a free place and says how to give it back, or `undefined` when `signal` was
   * aborted first. First come, first served.
   */
  take(signal: AbortSignal): Promise<(() => void) | undefined>
}

export function makeLimiter(maxConcurrency: number): Limiter {
  let free = maxConcurrency
  // Bounded by the callers: each waits no longer than its own time for the call.
  const queue: (() => void)[] = []

  return {
    async take(signal) {
      if (signal.aborted) return undefined
      if (free > 0) free -= 1
      else if (!(await turn(signal))) return undefined
      return release
    },
  }

  function turn(signal: AbortSignal): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>()
    const admit = () => {
      signal.removeEventListener('abort', give)
      resolve(true)
    }
    const give = () => {
      queue.splice(queue.indexOf(admit), 1)
      resolve(false)
    }
    queue.push(admit)
    signal.addEventListener('abort', give, { once: true })
    return promise
  }

  function release(): void {
    const admit = queue.shift()
    if (admit === undefined) free += 1
    else admit()
  }
}
