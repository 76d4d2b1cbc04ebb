// What a change of a request is, and how some are drawn for one.

import type fc from 'fast-check'
import type { FuzzRequest, Pair } from './request.ts'

/** Returns the request with something else about it. */
export type Change = (request: FuzzRequest) => FuzzRequest

export type Changes = fc.Arbitrary<Change>

/** A change after which the document allows the request no longer, or which leaves it open. */
export function breaking(words: string, change: Change): Change {
  return (request) => ({ ...noted(words, change(request)), isAllowed: false })
}

/** A change that leaves the request as allowed as it was. */
export function harmless(words: string, change: Change): Change {
  return (request) => noted(words, change(request))
}

function noted(words: string, request: FuzzRequest): FuzzRequest {
  return { ...request, changes: [...request.changes, words] }
}

export function damaging(words: string, change: (bytes: string) => string): Change {
  return breaking(words, (request) => ({ ...request, damage: [...request.damage, change] }))
}

/** Without the headers of this name, and with these. */
export function withHeaders(name: string, values: readonly string[]): Change {
  return (request) => ({
    ...request,
    headers: [
      ...request.headers.filter(([known]) => known.toLowerCase() !== name.toLowerCase()),
      ...values.map((value): Pair => [name, value]),
    ],
  })
}
