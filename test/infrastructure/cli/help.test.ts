import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import type { Command } from 'commander'
import { makeProgram } from '../../../src/infrastructure/cli/main.ts'
import { SETTING_NAMES } from '../../../src/infrastructure/config/settings.ts'
import { runGateway } from '../../support/gateway/run-gateway.ts'

type Known = { readonly words: string; readonly command: Command }

function commandsIn(command: Command, words: readonly string[] = []): readonly Known[] {
  const below = command.commands.flatMap((child) => commandsIn(child, [...words, child.name()]))
  return [{ words: words.join(' '), command }, ...below]
}

function helpOf(command: Command): string {
  let help = ''
  const writeOut = (text: string) => {
    help += text
  }
  command.configureOutput({ writeOut, getOutHelpWidth: () => 80 }).outputHelp()
  return help
}

const COMMANDS = commandsIn(await makeProgram([]))

describe('The help', () => {
  it('is there for many commands', () => {
    assert.ok(COMMANDS.length > 25)
  })

  for (const { words, command } of COMMANDS) {
    it(`of "gateway ${words}" fits 80 columns, has no gap, and has examples that begin with it`, () => {
      const help = helpOf(command)
      assert.doesNotMatch(help, /\n\n\n/)
      const lines = help.split('\n')
      assert.deepEqual(
        lines.filter((line) => line.length > 80),
        [],
      )
      const examples = lines.slice(lines.indexOf('Examples:') + 1, -1)
      assert.ok(lines.includes('Examples:') && examples.length > 0, lines.join('\n'))
      for (const example of examples) assert.match(example, /^ {2}\$ ([A-Z_]+=\S+ )*gateway \w+/)
      for (const example of examples) assert.ok(example.includes(`gateway ${words}`), example)
    })
  }

  it('has --json for every command that prints data', () => {
    const leaves = COMMANDS.filter(({ command }) => command.commands.length === 0)
    const without = leaves.filter(({ command }) => !helpOf(command).includes('--json'))
    assert.deepEqual(
      without.map(({ words }) => words),
      ['serve', 'demo'],
    )
  })

  it('of serve has every setting', () => {
    const serve = COMMANDS.find(({ words }) => words === 'serve')
    const help = serve && helpOf(serve.command)
    for (const name of SETTING_NAMES) assert.match(help ?? '', new RegExp(`^ {2}${name} {2}`, 'm'))
  })

  it('has the version beside it', async () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8'))
    const run = await runGateway(['--version'], {})
    assert.deepEqual([run.code, run.stdout, run.stderr], [0, `${version}\n`, ''])
  })
})
