// Reads the metrics of a service as Prometheus does.

import assert from 'node:assert/strict'

/** One line of the text: a metric with its labels, and its value. */
export type Sample = {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

export type Family = { readonly help: string; readonly type: string }

export type Scrape = {
  readonly families: ReadonlyMap<string, Family>
  readonly samples: readonly Sample[]
  /** The value of the one sample with this name and these labels. */
  value(name: string, labels?: Readonly<Record<string, string>>): number
}

const SAMPLE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/
const LABEL = /(\w+)="((?:[^"\\]|\\.)*)"/g

/** Parses the text format. A line that is none of it fails the test. */
export function parseScrape(text: string): Scrape {
  const families = new Map<string, Family>()
  const samples: Sample[] = []
  for (const line of text.split('\n')) {
    if (line === '') continue
    const [, word, name = '', rest = ''] = /^# (HELP|TYPE) (\S+) (.*)$/.exec(line) ?? []
    if (word !== undefined) {
      const { help, type } = families.get(name) ?? { help: '', type: '' }
      families.set(name, word === 'HELP' ? { help: rest, type } : { help, type: rest })
      continue
    }
    const [, metric = '', labels = '', value = ''] =
      SAMPLE.exec(line) ?? assert.fail(`no line of the text format: ${line}`)
    const read = [...labels.matchAll(LABEL)].map(([, label = '', text = '']) => [label, text])
    samples.push({ name: metric, labels: Object.fromEntries(read), value: Number(value) })
  }
  return {
    families,
    samples,
    value(name, wanted = {}) {
      const found = samples.filter(
        (sample) =>
          sample.name === name &&
          Object.entries(wanted).every(([label, is]) => sample.labels[label] === is),
      )
      assert.equal(found.length, 1, `${name} ${JSON.stringify(wanted)}: ${found.length} samples`)
      return found[0]?.value ?? Number.NaN
    },
  }
}
