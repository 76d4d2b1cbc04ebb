// Charts as SVG files, readable on a light and on a dark page.

export type Kind = 'floor' | 'ours' | 'engine'

export type Series = {
  readonly name: string
  readonly kind: Kind
  /** One for each label of the axis; one that is not finite is left out. */
  readonly values: readonly number[]
}

export type Bar = { readonly name: string; readonly kind: Kind; readonly value: number }

const WIDTH = 760
const FONT = 'font-family="system-ui, sans-serif" font-size="13"'
const INK = '#1f2328'
const FAINT = '#d0d7de'

/** Colours that are told apart with any kind of sight; each line has its name beside it as well. */
const COLOURS: Readonly<Record<Kind, readonly string[]>> = {
  ours: ['#0b5fa5', '#3b8fd6', '#7a3fa0', '#a974cc'],
  engine: ['#b35900', '#8a6d00', '#a8323e', '#2c7a4b'],
  floor: ['#6e7781', '#9aa2ab'],
}

/** Lines over loads, with a logarithmic axis: the fastest subject does a hundred times the slowest. */
export function lineChart(
  title: string,
  labels: readonly string[],
  lines: readonly Series[],
): string {
  const plot = { left: 60, right: WIDTH - 170, top: 44, bottom: 340 }
  const all = lines.flatMap(({ values }) => values).filter((value) => value > 0)
  const low = 10 ** Math.floor(Math.log10(Math.min(...all)))
  const high = 10 ** Math.ceil(Math.log10(Math.max(...all)))
  const x = (index: number) =>
    plot.left + (index * (plot.right - plot.left)) / Math.max(1, labels.length - 1)
  const y = (value: number) =>
    plot.bottom -
    ((Math.log10(value) - Math.log10(low)) / (Math.log10(high) - Math.log10(low))) *
      (plot.bottom - plot.top)
  const grid: string[] = []
  for (let power = low; power <= high; power *= 10) {
    grid.push(rule(plot.left, plot.right, y(power)))
    grid.push(text(plot.left - 8, y(power) + 4, power.toLocaleString('en-US'), 'end'))
  }
  for (const [index, label] of labels.entries()) {
    grid.push(text(x(index), plot.bottom + 20, label, 'middle'))
  }
  const colour = colourer()
  const drawn = lines.map((line) => {
    const points = line.values.flatMap((value, index) =>
      value > 0 ? [[x(index), y(value)] as const] : [],
    )
    return { ...line, points, end: points.at(-1), colour: colour(line.kind) }
  })
  const places = apart(drawn.map(({ end }) => end?.[1] ?? plot.bottom))
  const marks = drawn.map(({ name, kind, points, colour: stroke }, index) => {
    const way = points.map(([px, py]) => `${round(px)},${round(py)}`).join(' ')
    const dash = kind === 'floor' ? ' stroke-dasharray="6 4"' : ''
    const dots = points.map(
      ([px, py]) => `<circle cx="${round(px)}" cy="${round(py)}" r="3" fill="${stroke}"/>`,
    )
    const line = `<polyline points="${way}" fill="none" stroke="${stroke}" stroke-width="2"${dash}/>`
    const at = places[index] ?? 0
    return `${line}${dots.join('')}${text(plot.right + 10, at + 4, name, 'start', stroke)}`
  })
  return svg(title, plot.bottom + 50, [...grid, ...marks])
}

/** Bars with their values, from zero. */
export function barChart(title: string, unit: string, bars: readonly Bar[]): string {
  const known = bars.filter(({ value }) => Number.isFinite(value))
  const plot = { left: 150, right: WIDTH - 110, top: 44, row: 28 }
  const most = Math.max(...known.map(({ value }) => value))
  const colour = colourer()
  const rows = known.map(({ name, kind, value }, index) => {
    const top = plot.top + index * plot.row
    const width = Math.max(1, ((plot.right - plot.left) * value) / most)
    const bar = `<rect x="${plot.left}" y="${top}" width="${round(width)}" height="18" fill="${colour(kind)}"/>`
    const shown = value >= 100 ? Math.round(value).toLocaleString('en-US') : value.toPrecision(2)
    return [
      text(plot.left - 8, top + 14, name, 'end'),
      bar,
      text(plot.left + width + 8, top + 14, `${shown} ${unit}`, 'start'),
    ].join('')
  })
  return svg(title, plot.top + known.length * plot.row + 16, rows)
}

/** Names beside the ends of lines: moved down until none lies on another. */
export function apart(places: readonly number[], least = 16): readonly number[] {
  const order = places
    .map((place, index) => ({ place, index }))
    .toSorted((a, b) => a.place - b.place)
  const moved = [...places]
  let before = Number.NEGATIVE_INFINITY
  for (const { place, index } of order) {
    before = Math.max(place, before + least)
    moved[index] = before
  }
  return moved
}

function colourer(): (kind: Kind) => string {
  const used = { ours: 0, engine: 0, floor: 0 }
  return (kind) => {
    const colours = COLOURS[kind]
    const colour = colours[used[kind] % colours.length] ?? INK
    used[kind] += 1
    return colour
  }
}

function svg(title: string, height: number, parts: readonly string[]): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" ${FONT}>`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>`,
    `<text x="16" y="26" font-weight="600" fill="${INK}">${escaped(title)}</text>`,
    ...parts,
    '</svg>\n',
  ].join('\n')
}

function rule(from: number, to: number, y: number): string {
  return `<line x1="${from}" y1="${round(y)}" x2="${to}" y2="${round(y)}" stroke="${FAINT}"/>`
}

function text(x: number, y: number, words: string, anchor: string, fill = INK): string {
  return `<text x="${round(x)}" y="${round(y)}" text-anchor="${anchor}" fill="${fill}">${escaped(words)}</text>`
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}

function escaped(words: string): string {
  return words.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}
