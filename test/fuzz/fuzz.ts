// `npm run fuzz -- --requests N [--seed S]`: fuzzes a gateway by its OpenAPI document.
import process from 'node:process'
import { parseArgs } from 'node:util'
import { runFuzz } from './run-fuzz.ts'
import { toldOf } from './told.ts'

// stdout is the report, stderr the progress. Exit 0 is well, 1 a finding, 2 wrong usage.

const { values } = parseArgs({
  options: { requests: { type: 'string', default: '20000' }, seed: { type: 'string' } },
})
const requests = Number(values.requests)
const seed = Number(values.seed ?? Date.now() % 1_000_000_000)
if (!Number.isInteger(requests) || requests < 1 || !Number.isInteger(seed)) {
  process.stderr.write('usage: npm run fuzz -- --requests N [--seed S]\n')
  process.exit(2)
}

let told = 0
const report = await runFuzz({ requests, seed }, (count, findings) => {
  for (; told < findings.length; told += 1) process.stderr.write(`\n${findings[told]}\n`)
  process.stderr.write(`\r${count} of ${requests} requests, ${findings.length} findings `)
})
process.stderr.write('\n')
process.stdout.write(`seed ${seed}\n${toldOf(report)}\n`)
process.exitCode = report.findings.length === 0 ? 0 : 1
