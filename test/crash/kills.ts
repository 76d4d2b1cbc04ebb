// `npm run kills -- --kills N [--seed S]`: kills the real process at random times, and judges what is left.
import process from 'node:process'
import { parseArgs } from 'node:util'
import { killAtRandom, told } from './random-kills.ts'

const { values } = parseArgs({
  options: { kills: { type: 'string', default: '300' }, seed: { type: 'string' } },
})
const kills = Number(values.kills)
const seed = Number(values.seed ?? Date.now() % 1_000_000_000)
if (!Number.isInteger(kills) || kills < 2 || !Number.isInteger(seed)) {
  process.stderr.write('usage: npm run kills -- --kills N [--seed S]\n')
  process.exit(2)
}

const begin = performance.now()
const reports = await Promise.all(
  (['files', 'smtp'] as const).map((mails, lane) =>
    killAtRandom({
      kills: Math.ceil(kills / 2),
      seed: seed + lane,
      mails,
      onRest: (report) => say(`${mails}: ${told(report)}`),
    }),
  ),
)
const total = (pick: (report: (typeof reports)[number]) => number) =>
  reports.reduce((sum, report) => sum + pick(report), 0)
const seconds = Math.round((performance.now() - begin) / 1_000)
say(
  `${total((one) => one.kills)} kills in ${seconds} s, seed ${seed}: ` +
    `${total((one) => one.sales)} sales, ${total((one) => one.completed)} completed, ` +
    `${total((one) => one.mails)} mails, ${total((one) => one.secondCopies)} second copies, ` +
    '0 violations',
)

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
