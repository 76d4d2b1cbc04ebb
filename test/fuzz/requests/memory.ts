// What earlier answers gave, for later requests: ids, cursors, positions, times.

/** Values of one name that are kept; an older one makes room. */
const KEPT_MAX = 200

/** Levels of an answer, and entries of a list, that are looked through. */
const DEPTH_MAX = 4
const ENTRIES_MAX = 5

/** Parameters that take what an answer calls otherwise. */
const ALIASES: Readonly<Record<string, readonly string[]>> = {
  after: ['next', 'position'],
  from: ['position', 'requestedat'],
  to: ['position', 'requestedat'],
}

export type Memory = {
  /** Keeps every text and number of an answer by the name of its member. */
  keep(name: string, value: unknown): void
  /** One of the values that a parameter of this name may take; `undefined` while there is none. */
  recall(name: string, index: number): string | undefined
}

export function makeMemory(): Memory {
  const kept = new Map<string, string[]>()

  return {
    keep: (name, value) => keep(name, value, 0),
    recall(name, index) {
      const known = plain(name)
      const values = [known, ...(ALIASES[known] ?? [])].flatMap((one) => kept.get(one) ?? [])
      return values.length === 0 ? undefined : values[index % values.length]
    },
  }

  function keep(name: string, value: unknown, depth: number): void {
    if (typeof value === 'string' || typeof value === 'number') {
      const values = kept.get(plain(name)) ?? []
      values.push(String(value))
      kept.set(plain(name), values.slice(-KEPT_MAX))
    } else if (Array.isArray(value) && depth < DEPTH_MAX) {
      for (const entry of value.slice(0, ENTRIES_MAX)) keep(name, entry, depth + 1)
    } else if (typeof value === 'object' && value !== null && depth < DEPTH_MAX) {
      for (const [member, inner] of Object.entries(value)) keep(member, inner, depth + 1)
    }
  }
}

/** `Sale-Id` and `saleId` are the same. */
function plain(name: string): string {
  return name.replaceAll('-', '').toLowerCase()
}
