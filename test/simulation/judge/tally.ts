/** How often each thing happened, by name. */
export class Tally {
  readonly counts = new Map<string, number>()

  add(counts: Iterable<readonly [name: string, count: number]>): void {
    for (const [name, count] of counts) this.counts.set(name, this.of(name) + count)
  }

  of(name: string): number {
    return this.counts.get(name) ?? 0
  }

  /** Lines of a report, the names in order. */
  lines(): readonly string[] {
    return [...this.counts]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, count]) => `${String(count).padStart(12)}  ${name}`)
  }
}
