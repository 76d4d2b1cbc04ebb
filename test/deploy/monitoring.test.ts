// Holds the rules of Prometheus and the dashboard of Grafana to the metrics that there are, and to the runbook.

import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { before, describe, it } from 'node:test'
import { parse, parseAllDocuments } from 'yaml'
import {
  CALL_OPERATIONS,
  SALE_ENDINGS,
  TURNED_AWAY,
} from '../../src/application/base/meter.port.ts'
import { REFRESH_OUTCOMES } from '../../src/application/crm/crm-traffic.port.ts'
import { OPEN_STATUSES } from '../../src/application/log/sale-reader.port.ts'
import { readConfig } from '../../src/infrastructure/config/config.ts'
import { startHeard } from '../support/gateway/heard-gateway.ts'
import { makeFolder } from '../support/gateway/run-gateway.ts'
import { parseScrape } from '../support/gateway/scrape.ts'

const FOLDER = 'deploy/monitoring'
const RULES = 'rules.yml'
const DASHBOARD = 'grafana-dashboard.json'

/** Of the process, and not on Deno: docs/operating.md, Watching. */
const NOT_ON_DENO = ['process_open_fds', 'process_max_fds']

/** What Prometheus itself adds to a scrape. */
const OF_PROMETHEUS: Labels = new Map([['up', new Set(['job', 'instance'])]])

/** The names of the labels of each metric. */
type Labels = ReadonlyMap<string, ReadonlySet<string>>

type Rule = {
  readonly alert: string
  readonly expr: string
  readonly for: string
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
}

type Panel = {
  readonly id: number
  readonly title: string
  readonly type: string
  readonly description?: string
  readonly targets?: readonly { readonly expr: string; readonly legendFormat: string }[]
}

type Dashboard = {
  readonly panels: readonly Panel[]
  readonly annotations: { readonly list: readonly { readonly expr: string }[] }
}

/** Every value of a label that an expression may name. */
const VALUES: Readonly<Record<string, readonly string[]>> = {
  job: ['gateway'],
  operation: CALL_OPERATIONS,
  outcome: [...SALE_ENDINGS, ...REFRESH_OUTCOMES, 'done', 'refused', 'unknown', 'notSent'],
  status: OPEN_STATUSES,
  why: TURNED_AWAY,
}

function textOf(file: string): string {
  return readFileSync(path.join(FOLDER, file), 'utf8')
}

const { groups } = parse(textOf(RULES)) as {
  readonly groups: readonly { readonly rules: readonly Rule[] }[]
}
const rules = groups.flatMap((group) => group.rules)
const dashboard = JSON.parse(textOf(DASHBOARD)) as Dashboard
const panels = dashboard.panels.filter(({ type }) => type !== 'row')
const shown = panels.flatMap(({ targets = [] }) => targets)
const expressions = [
  ...rules.map(({ expr }) => expr),
  ...shown.map(({ expr }) => expr),
  ...dashboard.annotations.list.map(({ expr }) => expr),
]

/** A real scrape of a real process that has made a sale. */
async function scrapedLabels(): Promise<Labels> {
  await using folder = await makeFolder()
  await using gateway = await startHeard({ PORT: '0', DATA_DIR: folder.path, LOG_LEVEL: 'warn' })
  const key = /export KEY=(\S+)/.exec(gateway.said())?.[1] ?? assert.fail()
  const [, body = ''] = /-d '([^']+)'/.exec(gateway.said()) ?? []
  const headers = { 'x-api-key': key, 'content-type': 'application/json' }
  const sale = await fetch(`${gateway.url}/createSales`, { method: 'POST', headers, body })
  assert.equal(sale.status, 200)
  const answer = await fetch(`${gateway.url}/metrics`)
  const { samples } = parseScrape(await answer.text())
  const labels = new Map(OF_PROMETHEUS)
  for (const sample of samples) {
    labels.set(sample.name, new Set([...Object.keys(sample.labels), 'job', 'instance']))
  }
  return labels
}

/** Words of PromQL that are no metrics. A function is followed by a bracket. */
const KEYWORDS = new Set(['by', 'without', 'and', 'or', 'unless', 'offset', 'bool'])

type Used = { readonly name: string; readonly labels: readonly string[] }

/** The metrics of an expression, with the labels that it looks at; those of `by` are of each metric. */
function usedIn(expr: string): readonly Used[] {
  const grouped: string[] = []
  const rest = expr
    .replaceAll(/"(?:[^"\\]|\\.)*"/g, '""')
    .replaceAll(/\[[^\]]*\]/g, '')
    .replaceAll(/\b(?:by|without)\s*\(([^)]*)\)/g, (_all, names: string) => {
      grouped.push(...names.split(',').map((name) => name.trim()))
      return ''
    })
  return [...rest.matchAll(/([a-zA-Z_:][\w:]*)\s*(?:\{([^}]*)\})?(?!\w*\s*\()/g)]
    .filter(([, name = '']) => !KEYWORDS.has(name))
    .map(([, name = '', matchers = '']) => ({
      name,
      labels: [...grouped, ...[...matchers.matchAll(/(\w+)\s*[=!]/g)].map(([, one = '']) => one)],
    }))
}

/** What an expression names that a scrape does not have. */
function unknownIn(expr: string, known: Labels): readonly string[] {
  return usedIn(expr).flatMap(({ name, labels }) => {
    const has = known.get(name)
    if (has === undefined) {
      return 'Deno' in globalThis && NOT_ON_DENO.includes(name) ? [] : [`${name} in ${expr}`]
    }
    return labels.filter((label) => !has.has(label)).map((label) => `${name}{${label}} in ${expr}`)
  })
}

describe('The rules and the dashboard', () => {
  let known: Labels
  before(async () => {
    known = await scrapedLabels()
  })

  it('name metrics and labels that a real scrape has', () => {
    assert.ok(rules.length > 15 && shown.length > 20)
    assert.deepEqual(
      expressions.flatMap((expr) => unknownIn(expr, known)),
      [],
    )
  })

  it('would be found out if they named one that there is not', () => {
    const wrong = [
      'gateway_sale_total > 0',
      'gateway_sales_total{result="completed"} > 0',
      'sum by (step) (rate(gateway_sales_total[5m]))',
      'histogram_quantile(0.9, rate(gateway_sale_duration_seconds[5m]))',
    ]
    for (const expr of wrong) assert.equal(unknownIn(expr, known).length, 1, expr)
  })

  it('name label values that there are', async () => {
    const words = new Map<string, Set<string>>()
    for (const expr of expressions) {
      for (const [, label = '', values = ''] of expr.matchAll(/(\w+)=~?"([^"]*)"/g)) {
        const known = words.get(label) ?? new Set()
        for (const value of values.split('|')) known.add(value)
        words.set(label, known)
      }
    }
    assert.deepEqual([...words.keys()].toSorted(), ['job', 'operation', 'outcome', 'status', 'why'])
    for (const [label, values] of words) {
      const listed = VALUES[label] ?? assert.fail(label)
      assert.deepEqual(
        [...values].filter((value) => !listed.includes(value)),
        [],
      )
    }
  })

  it('show every metric of the gateway', () => {
    const used = new Set(expressions.flatMap(usedIn).map(({ name }) => name))
    const families = [...known.keys()].map((name) => name.replace(/_(bucket|sum|count)$/, ''))
    const unused = families.filter(
      (family) =>
        family.startsWith('gateway_') && ![...used].some((name) => name.startsWith(family)),
    )
    assert.deepEqual([...new Set(unused)], [])
  })
})

describe('Each alert', () => {
  const runbook = readFileSync('docs/runbook.md', 'utf8')
  const headings = [...runbook.matchAll(/^## (\S+)$/gm)].map(([, heading = '']) => heading)

  for (const { alert, expr, for: lasting, labels, annotations, ...more } of rules) {
    it(`waits, has a severity, a summary, and its own heading in the runbook: ${alert}`, () => {
      assert.deepEqual(more, {})
      assert.match(alert, /^Gateway[A-Z]\w+$/)
      assert.match(expr, /(?:>|==|<) [\d.]+$/)
      assert.match(lasting, /^[1-9]\d*m$/)
      assert.deepEqual(Object.keys(labels), ['severity'])
      assert.ok(['warning', 'critical'].includes(labels['severity'] ?? ''))
      assert.deepEqual(Object.keys(annotations), ['summary', 'runbook'])
      assert.match(annotations['summary'] ?? '', /^[A-Z{].{20,120}[.]$/)
      assert.equal(annotations['runbook'], `docs/runbook.md#${alert.toLowerCase()}`)
      assert.ok(headings.includes(alert))
    })
  }

  it('stands in the runbook in the same order, and nothing else does', () => {
    assert.deepEqual(
      headings,
      rules.map(({ alert }) => alert),
    )
  })
})

describe('The dashboard', () => {
  it('has its own id, title and description for each panel, and a legend for each line', () => {
    assert.equal(new Set(dashboard.panels.map(({ id }) => id)).size, dashboard.panels.length)
    assert.equal(new Set(dashboard.panels.map(({ title }) => title)).size, dashboard.panels.length)
    for (const { title, description = '' } of panels)
      assert.match(description, /^[A-Z].+[.]$/, title)
    for (const { legendFormat } of shown) assert.notEqual(legendFormat, '')
  })
})

describe('The files for Prometheus', () => {
  it('are YAML that can be read', () => {
    const files = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
    const yaml = files.filter((file) => file.endsWith('.yml'))
    assert.equal(yaml.length, 2)
    for (const file of yaml) {
      for (const document of parseAllDocuments(textOf(file), { strict: true })) {
        assert.deepEqual('errors' in document ? document.errors : [], [], file)
      }
    }
  })

  it('name the rules, and a port that the gateway can be given', () => {
    const prometheus = parse(textOf('prometheus.yml'))
    assert.deepEqual(prometheus.rule_files, [RULES])
    const [job] = prometheus.scrape_configs
    assert.equal(job.job_name, 'gateway')
    const [target = ''] = job.static_configs[0].targets
    const [host, port] = target.split(':')
    assert.equal(host, 'gateway')
    assert.ok(readConfig({ METRICS_HOST: '0.0.0.0', METRICS_PORT: port }).ok)
  })
})
