// What the demo writes on: a terminal, with colours and pauses, or a pipe, with neither.

/** Columns of the smallest terminal that the demo is made for; no line is longer. */
export const COLUMNS_MAX = 80

/** Lines of that terminal. A chapter and the pause after it fit on it. */
export const LINES_MAX = 24

/** How long a line of text takes to be read, in milliseconds. */
const READING_MS_PER_LINE = 600

/** Select Graphic Rendition codes of ECMA-48; every terminal of today knows these. */
const CODES = { title: '1;36', quiet: '2', good: '32', bad: '31', plain: '0' } as const

export type Style = keyof typeof CODES

export type ScreenOptions = {
  readonly write: (text: string) => void
  readonly isColoured: boolean
  /** Waits until the reader is ready, at most `ms` milliseconds; absent where nobody reads. */
  readonly pause?: ((ms: number) => Promise<void>) | undefined
}

export interface Screen {
  /** Waits until the chapter before can have been read, then writes the title of the next. */
  chapter(title: string): Promise<void>
  /** A paragraph, with an empty line before it. */
  say(text: string, style?: Style): void
  /** An empty line, as before a list of items. */
  gap(): void
  /** A short label and the text beside it; what a long text goes on with is indented as far. */
  item(label: string, text: string, style?: Style): void
}

export function makeScreen({ write, isColoured, pause }: ScreenOptions): Screen {
  let linesOfChapter = 0

  function line(text: string): void {
    linesOfChapter += 1
    write(`${text}\n`)
  }

  function styled(text: string, style: Style): string {
    return isColoured && style !== 'plain' && text !== ''
      ? `\u001b[${CODES[style]}m${text}\u001b[0m`
      : text
  }

  return {
    async chapter(title) {
      if (linesOfChapter > 0) {
        line('')
        await pause?.(linesOfChapter * READING_MS_PER_LINE)
      }
      linesOfChapter = 0
      line(styled(`── ${title}`, 'title'))
    },
    say(text, style = 'plain') {
      line('')
      for (const part of wrapped(text, COLUMNS_MAX)) line(styled(part, style))
    },
    gap: () => line(''),
    item(label, text, style = 'quiet') {
      const indent = label.length + 1
      for (const [index, part] of wrapped(text, COLUMNS_MAX - indent).entries()) {
        const beside = index === 0 ? label : ' '.repeat(label.length)
        line(`${styled(beside, style)} ${part}`.trimEnd())
      }
    },
  }
}

/** Breaks a text at its blanks, and JSON between its members, into lines of at most `columns`. */
function wrapped(text: string, columns: number): readonly string[] {
  const lines = ['']
  for (const piece of text.split(text.startsWith('{') ? /(?<=\{)|(?<=,)(?=")/ : /(?<= )/)) {
    const last = lines.at(-1) ?? ''
    if (last !== '' && `${last}${piece}`.trimEnd().length > columns) lines.push(piece)
    else lines[lines.length - 1] = `${last}${piece}`
  }
  return lines.map((one) => one.trimEnd())
}
