// Holds that every file opens with a sentence that says what it is for.
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, it } from 'node:test'

/** A comment in front of the code, apart from it or in front of its imports. */
const OPENING = /^(?:\/\/ (?<line>.*(?:\n\/\/.*)*)|\/\*(?<block>[\s\S]*?)\*\/)\n(?=\n|import )/

/** The imports at the top of a file. */
const IMPORTS = /^(?:import (?:type )?(?:[^'"]*? from )?['"][^'"]*['"](?: with \{[^}]*\})?\n|\n)+/

/** The comment right above the first export. */
const DOCUMENTED =
  /^(?:\/\/ (?<line>.*(?:\n\/\/.*)*)|\/\*(?<block>(?:(?!\*\/)[\s\S])*)\*\/)\nexport /m

/** A capital, a digit or a name in backquotes begins a sentence, and a full stop ends it. */
const SENTENCE = /^[A-Z0-9`'].*[.:]/s

const FIRST_EXPORT = /^export /m
const TEST_NAME = /\bdescribe(?:\.\w+)?\(\s*(?:`|'|")/

function wordsOf(match: RegExpMatchArray | null): string {
  const text = match?.groups?.['line'] ?? match?.groups?.['block'] ?? ''
  return text.replaceAll(/^[ *]*(?:\/\/)? ?/gm, '').trim()
}

/** What the file says of itself; '' where it says nothing. */
function openingOf(text: string): string {
  const whole = text.replace(/^#!.*\n/, '')
  const atTop = wordsOf(whole.match(OPENING))
  if (atTop !== '') return atTop
  const code = whole.replace(IMPORTS, '')
  const belowImports = wordsOf(code.match(OPENING))
  if (belowImports !== '') return belowImports
  const documented = code.match(DOCUMENTED)
  const end = (documented?.index ?? 0) + (documented?.[0].length ?? 0) - 'export '.length
  return documented !== null && code.search(FIRST_EXPORT) === end ? wordsOf(documented) : ''
}

function filesOf(folders: readonly string[]): readonly string[] {
  return folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.(?:ts|js|mjs|css)$/.test(name) && !name.includes('node_modules'))
      .map((name) => path.posix.join(folder, name)),
  )
}

function withoutSentence(files: readonly string[]): readonly string[] {
  return files.filter((file) => {
    const text = readFileSync(file, 'utf8')
    const isNamed = file.startsWith('test/') && TEST_NAME.test(text)
    return !isNamed && !SENTENCE.test(openingOf(text))
  })
}

describe('A file opens with its sentence', () => {
  it('in the source, in the migrations and in the benchmarks', () => {
    const files = filesOf(['src', 'migrations', 'bench'])
    assert.ok(files.length > 300, `only ${files.length} files were read`)
    assert.deepEqual(withoutSentence(files), [])
  })

  it('in the tests, where the name of the subject is one', () => {
    const files = filesOf(['test'])
    assert.ok(files.length > 200, `only ${files.length} files were read`)
    assert.deepEqual(withoutSentence(files), [])
  })
})

describe('The opening of a file', () => {
  const found: readonly (readonly [string, string])[] = [
    ['a line above the imports', "// Adds.\nimport { b } from './b.ts'\n\nexport const a = b\n"],
    ['a line below the imports', "import { b } from './b.ts'\n\n// Adds.\n\nexport const a = b\n"],
    ['a line below a shebang', '#!/usr/bin/env node\n// Adds.\n\nrun()\n'],
    [
      'the docstring of the first export',
      "import './b.ts'\n\nconst b = 1\n\n/** Adds. */\nexport const a = b\n",
    ],
    ['the comment of a style', '/* Adds. */\n\na {\n}\n'],
  ]
  for (const [what, text] of found) {
    it(`is ${what}`, () => assert.equal(openingOf(text), 'Adds.'))
  }

  const missed: readonly (readonly [string, string])[] = [
    ['no comment', 'export const a = 1\n'],
    [
      'only the docstring of a constant',
      '/** Milliseconds. */\nconst b = 1\n\nexport const a = b\n',
    ],
    [
      'only the docstring of the second export',
      'export const a = 1\n\n/** Adds. */\nexport const b = 1\n',
    ],
    ['only a comment inside', 'export function a() {\n  // Adds.\n}\n'],
  ]
  for (const [what, text] of missed) {
    it(`is none where there is ${what}`, () => assert.equal(openingOf(text), ''))
  }
})
