// Writes the page of the performance, and its charts.

import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { median } from '../base/arithmetic.ts'
import type { Results } from '../measure/results.ts'
import type { Throughput } from '../measure/throughput.ts'
import { type Bar, barChart, type Kind, lineChart, type Series } from './chart.ts'
import { figure } from './table.ts'
import {
  burstTable,
  growthTable,
  memoryTable,
  recoveryTable,
  syncTable,
  targetTable,
} from './tables.ts'
import { NOTHING, targetsOf } from './targets.ts'
import { medianOf, throughputTable } from './throughput-table.ts'

const MANY = 64

/** Writes `performance.md` into the folder, and its charts into `images` there. */
export function writePage(results: Results, docs: string): void {
  const images = path.join(docs, 'images')
  mkdirSync(images, { recursive: true })
  for (const [name, svg] of Object.entries(chartsOf(results))) {
    writeFileSync(path.join(images, name), svg)
  }
  writeFileSync(path.join(docs, 'performance.md'), pageOf(results))
}

export function chartsOf({ throughput, growth = [] }: Results): Readonly<Record<string, string>> {
  const known = throughput ?? NOTHING
  return {
    'sales-a-second-crm-0-ms.svg': salesChart(known, 0),
    'sales-a-second-crm-20-ms.svg': salesChart(known, 20),
    'cpu-of-a-sale.svg': barChart(
      `CPU of one sale, CRM 0 ms, ${MANY} callers`,
      'ms',
      namesIn(known, 0).map((name) => ({
        ...{ name, kind: kindOf(name) },
        value: medianOf(known, name, 0, MANY, 'cpuMs'),
      })),
    ),
    'sales-a-second-by-length-of-the-log.svg': barChart(
      `Sales a second by the length of the log, CRM 0 ms, ${MANY} callers`,
      'sales/s',
      growth.map(
        ({ events, salesPerSecond }): Bar => ({
          ...{ name: `${events.toLocaleString('en-US')} events`, kind: 'ours' },
          value: salesPerSecond,
        }),
      ),
    ),
  }
}

function salesChart(throughput: Throughput, crmMs: number): string {
  const cells = throughput.cells.filter((cell) => cell.crmMs === crmMs)
  const callers = [...new Set(cells.map((cell) => cell.callers))].toSorted((a, b) => a - b)
  const lines = namesIn(throughput, crmMs).map(
    (name): Series => ({
      ...{ name, kind: kindOf(name) },
      values: callers.map((count) => medianOf(throughput, name, crmMs, count, 'salesPerSecond')),
    }),
  )
  const title = `Sales a second by callers, ${crmMs} ms a call of the CRM`
  const labels = callers.map((count) => `${count} ${count === 1 ? 'caller' : 'callers'}`)
  return lineChart(title, labels, lines)
}

function namesIn({ cells }: Throughput, crmMs: number): readonly string[] {
  return [...new Set(cells.filter((cell) => cell.crmMs === crmMs).map(({ subject }) => subject))]
}

function kindOf(name: string): Kind {
  if (name.startsWith('floor')) return 'floor'
  return /^(?:ours|shipped)/.test(name) ? 'ours' : 'engine'
}

export function pageOf(results: Results): string {
  const { machine, rounds, spanMs, throughput, gate } = results
  return `# Performance

Measured by \`npm run bench\`, which wrote this page. For whoever asks what the promise costs, and for whoever changes the gateway.

| | |
| --- | --- |
| date, commit | ${machine.date}, ${machine.commit} |
| machine | ${machine.hardware} |
| load before | ${figure(machine.loadBefore)}: where it is not near 0, others were at work, and the numbers are worth little |
| versions | ${machine.versions.join(', ')} |
| syncs of the disk | ${figure(throughput && median(throughput.diskSyncs))} a second: 4 kB appended, \`fdatasync\`, one after the other |
| method | ${rounds} ${rounds === 1 ? 'round' : 'rounds'}, interleaved (A B C, A B C, …), of ${spanMs / 1_000} s after a warm-up; medians; every ratio is of one run |

The load is a process of its own: so many callers in a closed loop, each with one connection. CPU, memory and bytes are those of the
subject's whole process tree. One sale is five durable steps, and four calls to the CRM that follow one another.

## What has to hold

${targetTable(targetsOf(results))}

Where the time goes, and why some of this is not met: [performance-profile.md](performance-profile.md).
Several gateways over one PostgreSQL: [performance-postgres.md](performance-postgres.md).

## Who is measured

| name | what it is |
| --- | --- |
| \`floor-front\` | our HTTP front with the same routes, key check and validation, and no persistence |
| \`floor-commit\` | plain group commits: a bare HTTP server, and as many events of the same size in SQLite, \`synchronous=FULL\`, with UUIDv7 keys; the appends of one turn of the loop share one transaction, and the events of one sale come one after the other |
| \`ours\`, \`ours-deno\` | the gateway with the CRM at its port: all of it as in production, and a CRM that answers after the given time |
| \`shipped\`, \`shipped-deno\` | the program as it is started, with the fake Zoho behind the production client, at most 8 calls at a time |
| \`ours-postgres-1\`, \`-2\`, \`-4\` | so many of \`ours\` over one PostgreSQL, each a process of its own |
| others | an engine that others would build the same sale on, set up as its own documents advise: \`bench/engines\` has each with its settings |

## Sales a second, and what one costs

![Sales a second by callers, CRM 0 ms](images/sales-a-second-crm-0-ms.svg)

![Sales a second by callers, CRM 20 ms](images/sales-a-second-crm-20-ms.svg)

![CPU of one sale](images/cpu-of-a-sale.svg)

"× floor" is of \`floor-commit\` under the same load. "Written" is what went to the device, "kept" what is on the disk after the end.

${throughput ? throughputTable(throughput) : 'Not measured.'}
${(throughput?.left ?? []).map((why) => `\nLeft out: ${why.split('\n', 1)[0]}\n`).join('')}
### Syncs

Counted by \`strace\` in a run of its own; those of all background work are in it.

${syncTable(results)}

### A gate of ten

${MANY} callers, ten calls of 20 ms at one time. Bare loops of the same calls keep ${figure(gate?.bare)} of the places busy, the gateway ${figure(gate?.ours)}.

### Commits that a caller waits for

Every write of a sale was made 100 ms slower. One caller then waited ${figure(results.waits)} times 100 ms longer.

## A long log

![Sales a second by the length of the log](images/sales-a-second-by-length-of-the-log.svg)

${growthTable(results)}

## A restart

Each half-finished sale has its Deal; its Quote may have been sent. With \`ZOHO_SETTLE_MS=0\` and a CRM that answers at once.

${recoveryTable(results)}

## More callers than places

Each caller opens a new connection for every sale, and waits a second after a 503. The CRM of \`ours\` takes 20 ms a call, the fake of
\`shipped\` answers at once.

${burstTable(results)}

## Memory and start

${memoryTable(results)}

PSS divides the pages of the Node binary among all processes that run it, and those of the benchmark do.

## Run it

    npm run bench                                     all of this; about half an hour, and nothing else should run
    npm run bench -- --quick                          one short round
    npm run bench -- --only ours,floor --callers 64   some subjects, some loads

It needs Linux and \`strace\`. The engines are installed at the first run, into \`bench/\` only.
`
}
