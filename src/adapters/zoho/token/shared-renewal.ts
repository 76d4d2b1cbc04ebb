// Lets one renewal of the token serve all who wait for it.

type Renew<Value> = (forRollback: boolean) => Promise<Value>

/**
 * Returns `renew` as a function that however many may call at once. A rollback waits for the
 * renewal of the others, and tries again: it may use refreshes that they may not.
 */
export function makeSharedRenewal<Value>(renew: Renew<Value>): Renew<Value> {
  let renewing: Promise<Value> | undefined
  let renewingForRollback: Promise<Value> | undefined

  return (forRollback) => (forRollback ? renewForRollback() : renewForOthers())

  function renewForOthers(): Promise<Value> {
    renewing ??= (renewingForRollback ?? renew(false)).finally(() => {
      renewing = undefined
    })
    return renewing
  }

  function renewForRollback(): Promise<Value> {
    const others = renewing ?? Promise.resolve()
    renewingForRollback ??= others
      .then(() => renew(true))
      .finally(() => {
        renewingForRollback = undefined
      })
    return renewingForRollback
  }
}

/**
 * A caller whose time is over gets what `late` returns. It does not wait for the renewal, which goes
 * on for the others.
 */
export async function withinSignal<Value>(
  renewal: Promise<Value>,
  signal: AbortSignal,
  late: () => Value,
): Promise<Value> {
  const over = Promise.withResolvers<Value>()
  const end = () => over.resolve(late())
  if (signal.aborted) end()
  signal.addEventListener('abort', end, { once: true })
  try {
    return await Promise.race([renewal, over.promise])
  } finally {
    signal.removeEventListener('abort', end)
  }
}
