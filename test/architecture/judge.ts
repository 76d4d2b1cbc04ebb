// Judges source files by the rooms they are in: pure functions, so that each rule can be seen to fail.
import path from 'node:path'
import type { Room } from './rooms.ts'

export type Source = { readonly file: string; readonly text: string }

/** Words the domain has no business with: the time and all ids are handed in. */
const IMPURE =
  /\b(Date\.now|new Date\(\)|Math\.random|performance\.|process\.|console\.|randomUUID|node:)/

/** The CRM's own names, which only its adapter and its set-up may say. */
const NAMES_OF_THE_CRM = /Zoho|ZOHO|\bSales_Orders\b|\bQuoted_Items\b|\bOrdered_Items\b/

/** The one thing of the runtime that the domain uses, and the one file that may. */
const HASHING = {
  file: 'src/domain/log/hash.ts',
  statement: /^import \{ (?:createHash|hash)(?:, (?:createHash|hash))* \} from 'node:crypto'$/gm,
}

const COMMENTS = /\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm

/** What is wrong with the list itself: a room that is there twice, or imports from one below it. */
export function judgeRooms(rooms: readonly Room[]): readonly string[] {
  const above = new Set<string>()
  return rooms.flatMap(({ folder, rooms: others }) => {
    const found = others
      .filter((other) => !other.endsWith('/') && !above.has(other))
      .map((other) => `${folder}: ${other} does not stand above it`)
    if (above.has(folder)) found.push(`${folder}: stands twice`)
    above.add(folder)
    return found
  })
}

/** Every import that the room of its file does not allow, type-only ones included. */
export function judgeImports(
  sources: readonly Source[],
  rooms: readonly Room[],
): readonly string[] {
  const order = new Map(rooms.map(({ folder }, index) => [folder, index]))
  return sources.flatMap(({ file, text }) => {
    const index = order.get(path.posix.dirname(file)) ?? -1
    const room = rooms[index]
    if (room === undefined) return [`${file}: its folder is no room`]
    return importsOf(text).flatMap((specifier) => {
      if (!specifier.startsWith('.')) {
        const isAllowed = room.packages === 'any' || room.packages.includes(specifier)
        return isAllowed ? [] : [`${file}: may not import the package ${specifier}`]
      }
      const target = path.posix.dirname(targetOf(file, specifier))
      const isAbove = (order.get(target) ?? rooms.length) < index
      const isListed = room.rooms.some(
        (other) => other === target || (other.endsWith('/') && target.startsWith(other)),
      )
      const isAllowed = target === room.folder || (isAbove && isListed)
      return isAllowed ? [] : [`${file}: may not import ${target}`]
    })
  })
}

/** Files that import one another, directly or around a circle, for values or for types. */
export function judgeCircles(sources: readonly Source[]): readonly string[] {
  const imports = new Map(
    sources.map(({ file, text }) => [
      file,
      importsOf(text)
        .filter((specifier) => specifier.startsWith('.'))
        .map((specifier) => targetOf(file, specifier)),
    ]),
  )
  const done = new Set<string>()
  const found: string[] = []
  const visit = (file: string, way: readonly string[]): void => {
    const at = way.indexOf(file)
    if (at !== -1) found.push(`circle: ${[...way.slice(at), file].join(' > ')}`)
    if (at !== -1 || done.has(file)) return
    for (const target of imports.get(file) ?? []) visit(target, [...way, file])
    done.add(file)
  }
  for (const file of imports.keys()) visit(file, [])
  return found
}

/** What a file of the domain says, outside of comments, of a clock, of chance or of its surroundings. */
export function judgePurity(sources: readonly Source[]): readonly string[] {
  return sources
    .filter(({ file }) => file.startsWith('src/domain/'))
    .flatMap(({ file, text }) => {
      const code = text.replace(COMMENTS, '')
      const judged = file === HASHING.file ? code.replace(HASHING.statement, '') : code
      const [word] = IMPURE.exec(judged) ?? []
      return word === undefined ? [] : [`${file}: says ${word}`]
    })
}

/** Where the application names the CRM it is used with. */
export function judgeNames(sources: readonly Source[]): readonly string[] {
  return sources
    .filter(({ file }) => /^src\/(domain|application)\/(?!crm-setup\/)/.test(file))
    .flatMap(({ file, text }) => {
      const [word] = NAMES_OF_THE_CRM.exec(text.replace(COMMENTS, '')) ?? []
      return word === undefined ? [] : [`${file}: says ${word}`]
    })
}

/** A port says what is needed: it stands in the application, and nothing in it runs. */
export function judgePorts(sources: readonly Source[]): readonly string[] {
  return sources
    .filter(({ file }) => file.endsWith('.port.ts'))
    .flatMap(({ file, text }) => {
      const isThere = file.startsWith('src/application/')
      const runs = /^(export )?(async )?(function|class) /m.test(text)
      if (!isThere) return [`${file}: a port stands beside its users, in src/application`]
      if (runs) return [`${file}: a port has no function or class`]
      return /^export (interface|type) /m.test(text) ? [] : [`${file}: exports no port`]
    })
}

export function importsOf(text: string): readonly string[] {
  return [
    ...text.matchAll(
      /^\s*(?:import|export|\}).*? from '([^']+)'|\bimport\('([^']+)'\)|^import '([^']+)'/gm,
    ),
  ].map(([, from, dynamic, bare]) => from ?? dynamic ?? bare ?? '')
}

function targetOf(file: string, specifier: string): string {
  return path.posix.join(path.posix.dirname(file), specifier)
}
