// Finds the members that stand twice in a JSON text: `JSON.parse` keeps the last one and says nothing.

import { type MemberPath, memberName } from './member-name.ts'

/** Names in one answer. */
const NAMED_MAX = 100

/** A whole string, with the colon that makes it a name; or what begins, parts and ends a list or an object. */
const TOKEN = /"(?:[^"\\]|\\.)*"(?:[ \t\n\r]*:)?|[{}[\],]/g

type Level = {
  /** The names of an object; `undefined` in a list. */
  readonly names: Set<string> | undefined
  /** Where in it the text is: a name or an index. */
  at: string | number
}

/**
 * Each member of these that stands more than once, as `products[0].quantity`. Takes time in
 * proportion to the length of the text.
 *
 * @param json a text that `JSON.parse` has taken
 */
export function repeatedMembers(json: string): readonly string[] {
  const repeated = new Set<string>()
  const levels: Level[] = []
  for (const [token] of json.matchAll(TOKEN)) {
    const level = levels.at(-1)
    if (token === '{') levels.push({ names: new Set(), at: '' })
    else if (token === '[') levels.push({ names: undefined, at: 0 })
    else if (token === '}' || token === ']') levels.pop()
    else if (token === ',') {
      if (typeof level?.at === 'number') level.at += 1
    } else if (level?.names !== undefined && token.endsWith(':')) {
      level.at = JSON.parse(token.slice(0, token.lastIndexOf('"') + 1)) as string
      if (level.names.has(level.at) && repeated.size < NAMED_MAX) {
        repeated.add(memberName(pathOf(levels)))
      }
      level.names.add(level.at)
    }
  }
  return [...repeated]
}

function pathOf(levels: readonly Level[]): MemberPath {
  return levels.map(({ at }) => at)
}
