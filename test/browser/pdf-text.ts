// Reads the text of a PDF as Chromium makes it. It knows no other PDF.

import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import { inflateSync } from 'node:zlib'

/** The characters of a font, by the hexadecimal code of each glyph. */
type Font = ReadonlyMap<string, string>

/** The text of each page in the order in which it was drawn, without blanks. */
export function pagesOf(pdf: Buffer): readonly string[] {
  const objects = new Map(
    [...pdf.toString('latin1').matchAll(/(\d+) 0 obj\n(.*?)\nendobj/gs)].map(
      ([, id, body]) => [id ?? '', body ?? ''] as const,
    ),
  )
  const object = (id: string | undefined) => objects.get(id ?? '') ?? ''
  const nodes = [...objects.values()].filter((body) => body.includes('/Type /Pages\n'))
  const root = nodes.find((body) => !body.includes('/Parent ')) ?? ''
  const pages = leavesOf(root, object)
  assert.equal(pages.length, Number(/\/Count (\d+)/.exec(root)?.[1]), 'all pages were found')
  return pages.map((page) => {
    const fonts = new Map(
      [...page.matchAll(/\/(F\d+) (\d+) 0 R/g)].map(([, name, id]) => {
        const codes = /\/ToUnicode (\d+) 0 R/.exec(object(id))?.[1]
        return [name ?? '', fontOf(streamOf(object(codes)))] as const
      }),
    )
    return drawn(streamOf(object(/\/Contents (\d+) 0 R/.exec(page)?.[1])), fonts)
  })
}

/** The pages under a node of the tree of pages. */
function leavesOf(node: string, object: (id: string | undefined) => string): readonly string[] {
  const kids = /\/Kids \[([^\]]*)\]/.exec(node)?.[1]
  if (kids === undefined) return [node]
  return [...kids.matchAll(/(\d+) 0 R/g)].flatMap(([, id]) => leavesOf(object(id), object))
}

function streamOf(object: string): string {
  const begin = object.indexOf('stream\n') + 'stream\n'.length
  const length = Number(/\/Length (\d+)/.exec(object)?.[1])
  const bytes = Buffer.from(object.slice(begin, begin + length), 'latin1')
  return (object.includes('/FlateDecode') ? inflateSync(bytes) : bytes).toString('latin1')
}

/** PDF 1.7, 9.10.3: single codes, and ranges of codes that follow one another. */
function fontOf(map: string): Font {
  const font = new Map<string, string>()
  for (const [, list = ''] of map.matchAll(/beginbfchar\n(.*?)endbfchar/gs)) {
    for (const [, code = '', text = ''] of list.matchAll(/<(\w+)> <(\w+)>/g)) {
      font.set(code, utf16(text))
    }
  }
  for (const [, list = ''] of map.matchAll(/beginbfrange\n(.*?)endbfrange/gs)) {
    for (const [, from = '', to = '', text = ''] of list.matchAll(/<(\w+)> <(\w+)> <(\w+)>/g)) {
      const [first, last, begin] = [from, to, text].map((hex) => Number.parseInt(hex, 16))
      for (let code = first ?? 0; code <= (last ?? -1); code += 1) {
        const hex = code.toString(16).toUpperCase().padStart(from.length, '0')
        font.set(hex, String.fromCharCode((begin ?? 0) + code - (first ?? 0)))
      }
    }
  }
  return font
}

function utf16(hex: string): string {
  return Buffer.from(hex, 'hex').swap16().toString('utf16le')
}

/** Digits of a glyph's code. */
const CODE_DIGITS = 4

function drawn(content: string, fonts: ReadonlyMap<string, Font>): string {
  let font: Font = new Map()
  let text = ''
  for (const [, name, codes] of content.matchAll(/\/(F\d+) \S+ Tf|<([0-9A-F]+)> Tj/g)) {
    if (name !== undefined) font = fonts.get(name) ?? new Map()
    for (let at = 0; at < (codes?.length ?? 0); at += CODE_DIGITS) {
      text += font.get(codes?.slice(at, at + CODE_DIGITS) ?? '') ?? ''
    }
  }
  return text.replace(/\s/g, '')
}
