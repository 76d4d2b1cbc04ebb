// The settings as the help of `gateway serve` lists them.
import process from 'node:process'
import { defaultOf } from '../config/effective-settings.ts'
import { SETTING_WORDS } from '../config/setting-words.ts'
import { alignedColumns } from './terminal/aligned-columns.ts'

/** Letters of a line of help, where stdout is no terminal. The same as Commander's. */
const HELP_WIDTH = 80

export function settingHelp(): string {
  const rows = Object.entries(SETTING_WORDS).map(([name, words]) => {
    const byDefault = defaultOf(name)
    return [`  ${name}`, byDefault === null ? words : `${words} (${byDefault})`]
  })
  const width = process.stdout.columns ?? HELP_WIDTH
  const [, ...lines] = alignedColumns(['', ''], rows, width)
  return ['', 'Settings are environment variables (with their defaults):', ...lines].join('\n')
}
