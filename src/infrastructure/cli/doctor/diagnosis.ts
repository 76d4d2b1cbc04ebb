// What one check of `gateway doctor` tells, and how all of them are run side by side.

/** What a check saw. `remedy` is what a person can do about it. */
export type Diagnosis =
  | { readonly state: 'ok'; readonly seen: string; readonly remedy: null }
  | { readonly state: 'warn' | 'fail'; readonly seen: string; readonly remedy: string }

export type Check = {
  readonly name: string
  /**
   * Writes nothing but what it removes. What it throws is its failure, and no other's. `undefined`: there
   * is nothing to look at, as another check tells.
   */
  readonly look: () => Promise<Diagnosis | undefined>
  /** Milliseconds after which it counts as failed. */
  readonly limitMs: number
}

export type Checked = { readonly check: string } & Diagnosis

export function fine(seen: string): Diagnosis {
  return { state: 'ok', seen, remedy: null }
}

export function warned(seen: string, remedy: string): Diagnosis {
  return { state: 'warn', seen, remedy }
}

export function failed(seen: string, remedy: string): Diagnosis {
  return { state: 'fail', seen, remedy }
}

/** Runs all checks at the same time, each within its limit, and returns what they saw in their order. */
export async function runChecks(checks: readonly Check[]): Promise<readonly Checked[]> {
  return (await Promise.all(checks.map(runCheck))).flat()
}

async function runCheck({ name, look, limitMs }: Check): Promise<readonly Checked[]> {
  const late = Promise.withResolvers<Diagnosis>()
  const timer = setTimeout(() => late.resolve(tooLate(limitMs)), limitMs)
  try {
    const diagnosis = await Promise.race([look(), late.promise])
    return diagnosis === undefined ? [] : [{ check: name, ...diagnosis }]
  } catch (error) {
    return [{ check: name, ...failed(textOf(error), 'Mend what it names, and look again.') }]
  } finally {
    clearTimeout(timer)
  }
}

function tooLate(limitMs: number): Diagnosis {
  const seen = `no answer within ${limitMs / 1_000} s`
  return failed(seen, 'See whether the disk, the network or the server it asks hangs.')
}

/** Messages of an error and its causes that are told. */
const CAUSES_MAX = 3

function textOf(error: unknown): string {
  const texts: string[] = []
  for (let one = error; one instanceof Error && texts.length < CAUSES_MAX; one = one.cause) {
    texts.push(one.message)
  }
  return texts.length > 0 ? texts.join(': ') : String(error)
}
