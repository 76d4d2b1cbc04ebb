// Writes the name of a member of a body, as one says it.

/** From the outermost: a name in an object, an index in a list. */
export type MemberPath = readonly (string | number)[]

/** Parts of a path in an answer: a body may be nested thousands of levels deep. */
const PARTS_MAX = 8

/** Characters of a name in an answer: the caller may send one of any length. */
const NAME_MAX = 64

/** `products[0].quantity`; `body` for the whole of it. */
export function memberName(path: MemberPath): string {
  if (path.length === 0) return 'body'
  const name = path
    .slice(0, PARTS_MAX)
    .map((part, i) => {
      if (typeof part === 'number') return `[${part}]`
      return `${i === 0 ? '' : '.'}${part === '' ? '""' : part.slice(0, NAME_MAX)}`
    })
    .join('')
  return path.length > PARTS_MAX ? `${name}…` : name
}
