import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { stripVTControlCharacters } from 'node:util'
import { makeScreen, type ScreenOptions } from '../../../src/infrastructure/demo/screen.ts'

/** A screen that keeps what is written, and notes where it paused. */
function openScreen({ isColoured = false, pauses = false } = {}) {
  let text = ''
  const pause: ScreenOptions['pause'] = async (ms) => {
    text += `(pause of ${ms} ms)\n`
  }
  const write = (part: string) => {
    text += part
  }
  const screen = makeScreen({ write, isColoured, pause: pauses ? pause : undefined })
  return { screen, written: () => text }
}

const LONG = 'word '.repeat(40).trimEnd()

describe('The screen of the demo', () => {
  it('breaks a paragraph at its blanks into lines of at most 80 columns', () => {
    const { screen, written } = openScreen()
    screen.say(LONG)
    const [before, ...lines] = written().trimEnd().split('\n')
    assert.equal(before, '')
    assert.deepEqual(
      lines.map((line) => line.length),
      [79, 79, 39],
    )
    assert.equal(lines.join(' '), LONG)
  })

  it('indents what a long item goes on with, and ends no line with a blank', () => {
    const { screen, written } = openScreen()
    screen.item('   1.250', LONG)
    screen.item('  |', '')
    const lines = written().trimEnd().split('\n')
    assert.match(lines[0] ?? '', /^ {3}1\.250 word/)
    assert.match(lines[1] ?? '', /^ {9}word/)
    assert.equal(lines.at(-1), '  |')
    assert.ok(lines.every((line) => line.length <= 80 && !line.endsWith(' ')))
  })

  it('breaks JSON between its members, and never inside a text', () => {
    const { screen, written } = openScreen()
    const street = 'Tahtalı Mah. Kiteyol Sok. No: 24, second floor, left'
    const json = JSON.stringify({ first: street, inner: { second: street, third: street } })
    screen.item('  200', json)
    const lines = written().trimEnd().split('\n')
    assert.ok(lines.length > 2 && lines.every((line) => line.length <= 80))
    assert.equal(lines.map((line) => line.slice('  200 '.length)).join(''), json)
  })

  it('writes no escape code where colours are not wanted', async () => {
    const { screen, written } = openScreen()
    await screen.chapter('One')
    screen.item('  500', 'failed', 'bad')
    assert.equal(written(), stripVTControlCharacters(written()))
  })

  it('colours titles and labels, and changes no other character', async () => {
    const [coloured, plain] = [openScreen({ isColoured: true }), openScreen()]
    for (const { screen } of [coloured, plain]) {
      await screen.chapter('One')
      screen.item('  500', LONG, 'bad')
    }
    assert.ok(coloured.written().includes('\u001b[31m  500\u001b[0m word'))
    assert.ok(coloured.written().includes('\u001b[1;36m── One\u001b[0m\n'))
    assert.equal(stripVTControlCharacters(coloured.written()), plain.written())
  })

  it('pauses before each chapter but the first, the longer the more was written', async () => {
    const { screen, written } = openScreen({ pauses: true })
    await screen.chapter('One')
    screen.say('text')
    await screen.chapter('Two')
    await screen.chapter('Three')
    assert.equal(
      written(),
      '── One\n\ntext\n\n(pause of 2400 ms)\n── Two\n\n(pause of 1200 ms)\n── Three\n',
    )
  })
})
