// Judges the documents: what they name is there, and each setting has its row.
import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, it } from 'node:test'
import type { TSchema } from 'typebox'
import { SETTING_WORDS } from '../../src/infrastructure/config/setting-words.ts'
import { SECRET_SETTINGS, Settings } from '../../src/infrastructure/config/settings.ts'

type Document = { readonly file: string; readonly text: string }

const DOCUMENTS: readonly Document[] = [
  ...['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'SECURITY.md'],
  ...readdirSync('docs')
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
].map((file) => ({ file, text: readFileSync(file, 'utf8') }))

/** Paths of the source tree between backticks. A folder may end in a slash. */
function pathsIn({ text }: Document): readonly string[] {
  return [...text.matchAll(/`((?:src|test|migrations|docs)\/[^`\s]*)`/g)].map(([, at = '']) => at)
}

/** Targets of links and pictures that are files, from the root of the repository. */
function linksIn({ file, text }: Document): readonly string[] {
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target.replace(/#.*$/, ''))
    .filter((target) => target !== '' && !/^[a-z]+:/.test(target))
    .map((target) => path.posix.join(path.posix.dirname(file), target))
}

/** What GitHub makes of a heading, to link to it. */
function anchorOf(heading: string): string {
  const shown = heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase()
  return shown.replaceAll(/[^\p{L}\p{N} _-]/gu, '').replaceAll(' ', '-')
}

/** Links to a heading that its page does not have. */
function lostLinksIn(documents: readonly Document[]): readonly string[] {
  const anchors = new Map(
    documents.map(({ file, text }) => [
      file,
      new Set([...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => anchorOf(heading))),
    ]),
  )
  return documents.flatMap(({ file, text }) =>
    [...text.matchAll(/\]\(((?:[\w./-]+\.md)?)#([^)\s]+)\)/g)]
      .filter(([, page = '', anchor = '']) => {
        const at = page === '' ? file : path.posix.join(path.posix.dirname(file), page)
        return anchors.get(at)?.has(anchor) !== true
      })
      .map(([link]) => `${file}: ${link}`),
  )
}

function missingIn(documents: readonly Document[]): readonly string[] {
  return documents.flatMap((document) =>
    [...pathsIn(document), ...linksIn(document)]
      .filter((at) => !existsSync(at))
      .map((at) => `${document.file}: ${at}`),
  )
}

describe('The documents', () => {
  it('name only files and folders that are there', () => {
    assert.deepEqual(missingIn(DOCUMENTS), [])
  })

  it('would be found out if one named a file that is gone, in its text or in a link', () => {
    const file = 'docs/a.md'
    assert.equal(missingIn([{ file, text: 'see `src/gone.ts`' }]).length, 1)
    assert.equal(missingIn([{ file, text: '[here](gone.md#there)' }]).length, 1)
    assert.deepEqual(missingIn([{ file, text: '`src/` [a](../README.md) [b](https://x.y)' }]), [])
  })

  it('lead to headings that are there', () => {
    assert.deepEqual(lostLinksIn(DOCUMENTS), [])
  })

  it('would be found out if one led to a heading that is gone', () => {
    const page = { file: 'docs/b.md', text: '## The `log`, again\n[x](#gone)' }
    const links = '[a](b.md#the-log-again) [b](b.md#gone) [c](c.md#there)'
    assert.equal(lostLinksIn([page, { file: 'docs/a.md', text: links }]).length, 3)
  })

  it('name many', () => {
    assert.ok(DOCUMENTS.flatMap(pathsIn).length > 50)
  })
})

/** What an operator sees, as the first column of a table quotes it; `…` stands for what differs. */
function messagesIn(text: string): readonly string[] {
  return [...text.matchAll(/^\| [^|]*"([^"|]+)"[^|]* \|/gm)].flatMap(([, quoted = '']) =>
    quoted.split('…').flatMap((part) => part.trim() || []),
  )
}

describe('The page for operators', () => {
  it('quotes messages that the source has', () => {
    const source = readdirSync('src', { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => readFileSync(path.join('src', name), 'utf8'))
      .join('\n')
    const messages = messagesIn(readFileSync('docs/operating.md', 'utf8'))
    assert.ok(messages.length >= 8)
    assert.deepEqual(
      messages.filter((message) => !source.includes(message)),
      [],
    )
  })

  it('would be found out if it quoted another', () => {
    assert.deepEqual(messagesIn('| a mail "Sale … is late" | wait |'), ['Sale', 'is late'])
  })
})

type Row = { readonly name: string; readonly default: string; readonly printed: string }

function settingRows(): readonly Row[] {
  const lines = readFileSync('docs/settings.md', 'utf8').split('\n')
  return lines.flatMap((line) => {
    const [, name, byDefault = '', , printed = ''] = line.split('|').map((cell) => cell.trim())
    const isRow = /^`[A-Z_]+`$/.test(name ?? '')
    return isRow ? [{ name: String(name).replaceAll('`', ''), default: byDefault, printed }] : []
  })
}

describe('The page of the settings', () => {
  const rows = settingRows()
  const schemas = Object.entries<TSchema & { default?: unknown; description?: string }>(
    Settings.properties,
  )

  it('has a row for each setting, and for nothing else', () => {
    const files = SECRET_SETTINGS.map((name) => `${name}_FILE`)
    const known = [...schemas.map(([name]) => name), ...files]
    assert.deepEqual(rows.map(({ name }) => name).toSorted(), known.toSorted())
  })

  for (const [name, schema] of schemas) {
    it(`has the default of ${name}, and what is printed when it is wrong`, () => {
      const row = rows.find((one) => one.name === name)
      const byDefault = schema.default === undefined ? '–' : `\`${schema.default}\``
      assert.equal(row?.default, byDefault)
      assert.equal(row?.printed, schema.description)
    })
  }
})

/** What `.env.example` has to be: the settings of the page, in its order, each with its words and its default. */
function expectedExample(): string {
  const lines = readFileSync('docs/settings.md', 'utf8').split('\n')
  const words: Readonly<Record<string, string>> = SETTING_WORDS
  const parts = lines.flatMap((line) => {
    const heading = /^## (.*)/.exec(line)?.[1]
    if (heading !== undefined) return ['', `# --- ${heading} ---`, '']
    const [, name, value = ''] = /^\| `([A-Z_]+)` \| (\S+) \|/.exec(line) ?? []
    if (name === undefined) return []
    return [`# ${name}: ${words[name]}.`, `#${name}=${value.replace(/^–$|`/g, '')}`]
  })
  return `${EXAMPLE_HEAD}${parts.join('\n')}\n`
}

const EXAMPLE_HEAD = `# The settings of the gateway, with their defaults: docs/settings.md. Copy this to a file of your own that only
# you can read, take the # from the lines you change, and start with
#   node --env-file=FILE src/infrastructure/gateway.js serve
# What is wrong in it: node --env-file=FILE src/infrastructure/gateway.js config check
`

describe('The example of a file of settings', () => {
  it('has every setting in the order of the page, with its default', () => {
    assert.equal(readFileSync('.env.example', 'utf8'), expectedExample())
  })

  it('has the order of the help', () => {
    const named = [...expectedExample().matchAll(/^#([A-Z_]+)=/gm)].map(([, name]) => name)
    assert.deepEqual(Object.keys(SETTING_WORDS), named)
  })
})
