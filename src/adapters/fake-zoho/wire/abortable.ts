// `fetch` of Node holds the request of a signal weakly, and a call that is never answered is held
// by nothing else: it could be collected, and the abort of its time-out would reach nobody.
const waiting = new Set<Request>()

/** What `answered` becomes, unless the request is given up first: then its signal's reason. */
export async function abortable<T>(request: Request, answered: Promise<T>): Promise<T> {
  const { signal } = request
  const aborted = Promise.withResolvers<never>()
  const abort = () => aborted.reject(signal.reason)
  if (signal.aborted) abort()
  signal.addEventListener('abort', abort, { once: true })
  waiting.add(request)
  try {
    return await Promise.race([answered, aborted.promise])
  } finally {
    waiting.delete(request)
    signal.removeEventListener('abort', abort)
  }
}

/** Nothing, until the call is given up: then its signal's reason. */
export async function rejectOnAbort(signal: AbortSignal): Promise<never> {
  const aborted = Promise.withResolvers<never>()
  const abort = () => aborted.reject(signal.reason)
  if (signal.aborted) abort()
  signal.addEventListener('abort', abort, { once: true })
  return aborted.promise
}
