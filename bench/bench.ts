// `npm run bench`: measures the gateway beside its floors and the engines, and writes the page.

import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { isInstalled, type Subject } from './base/subject.ts'
import type { Results } from './measure/results.ts'
import { measureAll } from './measure-all.ts'
import { type Options, readOptions, USAGE } from './options.ts'
import { writePage } from './page/page.ts'
import { summaryText } from './page/summary.ts'

const BENCH = fileURLToPath(new URL('.', import.meta.url))
const DOCS = path.join(BENCH, '../docs')

/** Ignored by git, and on the disk of the checkout, which a folder for temporary files may not be. */
const DATA = path.join(BENCH, '../data/bench')
const WHOLE_RUN = path.join(DATA, 'results.json')
const PART_OF_A_RUN = path.join(DATA, 'results-of-a-part.json')

process.exitCode = await main(process.argv.slice(2))

async function main(args: readonly string[]): Promise<number> {
  if (process.platform !== 'linux') return fail('It reads /proc, which only Linux has.')
  let options: Options
  try {
    options = readOptions(args)
  } catch (error) {
    return fail(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`)
  }
  if (options.isPageOnly) {
    writePage(JSON.parse(readFileSync(WHOLE_RUN, 'utf8')) as Results, DOCS)
    return 0
  }
  mkdirSync(DATA, { recursive: true })
  const subjects = installed(options.subjects)
  const place = { root: path.join(DATA, 'run'), say }
  const results = await measureAll({ ...options, subjects }, place, (known) =>
    writeFileSync(options.isWhole ? WHOLE_RUN : PART_OF_A_RUN, JSON.stringify(known, undefined, 2)),
  )
  say(`\n${summaryText(results)}`)
  if (options.isWhole) writePage(results, DOCS)
  return 0
}

/** The engines have a package file of their own, so that nobody who works on the gateway installs them. */
function installed(subjects: readonly Subject[]): readonly Subject[] {
  const hasPackages = () => existsSync(path.join(BENCH, 'node_modules'))
  if (subjects.some(needsPackages) && !hasPackages()) {
    say('installing the engines, once')
    try {
      execFileSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: BENCH, stdio: 'inherit' })
    } catch {
      say('the engines could not be installed, and are left out')
    }
  }
  return subjects.filter((one) => isInstalled(one) && (!needsPackages(one) || hasPackages()))
}

function needsPackages(subject: Subject): boolean {
  return subject.kind === 'engine' || subject.needsPackages === true
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

function fail(text: string): number {
  process.stderr.write(`${text}\n`)
  return 2
}
