// `npm run bench`: measures the gateway beside its floors and the engines, and writes the page.

import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { median } from './base/arithmetic.ts'
import { isInstalled } from './base/subject.ts'
import { measureThroughput } from './measure/throughput.ts'
import { figure } from './page/table.ts'
import { throughputTable } from './page/throughput-table.ts'
import { SUBJECTS, subjectsNamed } from './subjects.ts'

/** Ignored by git, and on the disk of the checkout, which a folder for temporary files may not be. */
const ROOT = fileURLToPath(new URL('../data/bench', import.meta.url))

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
    callers: { type: 'string' },
    'crm-ms': { type: 'string' },
    rounds: { type: 'string' },
    seconds: { type: 'string' },
  },
})
const spanMs = Number(values.seconds ?? (values.quick ? 2 : 4)) * 1_000
const subjects = (
  values.only === undefined ? SUBJECTS : subjectsNamed(values.only.split(','))
).filter((subject) => isInstalled(subject))

const throughput = await measureThroughput({
  subjects,
  crmMs: numbers(values['crm-ms'] ?? '0,20'),
  callers: numbers(values.callers ?? (values.quick ? '1,64' : '1,16,64,256')),
  rounds: Number(values.rounds ?? (values.quick ? 1 : 3)),
  warmMs: spanMs / 2,
  spanMs,
  root: path.join(ROOT, 'run'),
  say,
})
say(`\nsyncs of the disk a second: ${figure(median(throughput.diskSyncs))}\n`)
say(throughputTable(throughput))

function numbers(text: string): readonly number[] {
  return text.split(',').map(Number)
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
