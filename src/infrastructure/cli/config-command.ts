// `gateway config`: the settings judged and shown, without starting anything.
import process from 'node:process'
import { Command } from 'commander'
import { readConfig } from '../config/config.ts'
import { type EffectiveSetting, effectiveSettings } from '../config/effective-settings.ts'
import { nearNameWarnings } from '../config/near-names.ts'
import { alignedColumns, terminalWidth } from './terminal/aligned-columns.ts'
import { ConfigError, commandConfig, printLine } from './terminal/command-config.ts'

export function configCommand(): Command {
  const config = new Command('config').description(
    'check the settings, and show where each comes from; nothing is started or written',
  )
  config
    .command('check')
    .description('name every setting that is wrong; exit 0 when none is, and 2 otherwise')
    .option('--json', 'print JSON')
    .action(checkSettings)
  config
    .command('show')
    .description('show each setting and where it comes from; never the value of a secret')
    .option('--json', 'print JSON')
    .action(showSettings)
  return config
}

type Options = { readonly json?: true }

function checkSettings({ json }: Options): void {
  const result = readConfig(process.env)
  const problems = result.ok ? [] : result.problems
  const warnings = nearNameWarnings(Object.keys(process.env))
  if (json) printLine(JSON.stringify({ ok: result.ok, problems, warnings }))
  if (!result.ok) throw new ConfigError(problems)
  process.stderr.write('The settings are right.\n')
}

function showSettings({ json }: Options): void {
  const settings = effectiveSettings(process.env, commandConfig())
  if (json) {
    printLine(JSON.stringify(settings))
    return
  }
  const rows = settings.map((setting) => [
    setting.name,
    setting.from ?? 'not set',
    valueText(setting),
  ])
  const head = ['SETTING', 'FROM', 'VALUE']
  for (const line of alignedColumns(head, rows, terminalWidth())) printLine(line)
}

function valueText({ from, isSecret, file, value }: EffectiveSetting): string {
  if (!isSecret || from === null) return value ?? ''
  return file === null ? '(hidden)' : `(hidden) in ${file}`
}
