// Waiting that ends when the caller aborts its request.
// Requests whose answer is awaited. Node holds the request of a signal weakly: without this set, a
// call that is never answered could be garbage-collected, and its time-out would never fire.
const waiting = new Set<Request>()

/** The value of `answered`. Rejects with the reason of the request's signal if that comes first. */
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

/** Never resolves; rejects with the reason of the signal when it is aborted. */
export async function rejectOnAbort(signal: AbortSignal): Promise<never> {
  const aborted = Promise.withResolvers<never>()
  const abort = () => aborted.reject(signal.reason)
  if (signal.aborted) abort()
  signal.addEventListener('abort', abort, { once: true })
  return aborted.promise
}
