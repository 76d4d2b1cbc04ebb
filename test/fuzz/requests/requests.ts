// Draws the requests of the fuzz: such as the document allows, with up to three changes.

import fc from 'fast-check'
import { bodyChanges } from './body-changes.ts'
import type { Changes } from './change.ts'
import { headerChanges } from './header-changes.ts'
import type { Memory } from './memory.ts'
import type { FuzzRequest } from './request.ts'
import { urlChanges } from './url-changes.ts'
import { requestsTo, TARGETS, validRequests } from './valid-requests.ts'
import { wireChanges } from './wire-changes.ts'

/**
 * Under Deno none: its server closes connections of which it dislikes a header or a body, where Node's
 * hands the request over or answers.
 */
const CHANGES_MAX = 'Deno' in globalThis ? 0 : 3

export function requests(memory: Memory): fc.Arbitrary<FuzzRequest> {
  const changes: Changes = fc.oneof(
    { weight: 3, arbitrary: bodyChanges },
    { weight: 3, arbitrary: urlChanges },
    { weight: 5, arbitrary: headerChanges(memory) },
    { weight: 2, arbitrary: wireChanges },
  )
  return fc
    .tuple(validRequests(memory), fc.array(changes, { maxLength: CHANGES_MAX, size: 'max' }))
    .map(([valid, made]) => made.reduce((request, change) => change(request), valid))
}

/** One request to each operation of the document, as it allows them. */
export function oneOfEach(memory: Memory): fc.Arbitrary<readonly FuzzRequest[]> {
  return fc.tuple(...TARGETS.map((target) => requestsTo(target, memory)))
}

/** Requests to be sent together: any, or the same one several times, as a caller who is impatient. */
export function batchesOf(
  request: fc.Arbitrary<FuzzRequest>,
  most: number,
): fc.Arbitrary<readonly FuzzRequest[]> {
  const same = fc
    .tuple(request, fc.integer({ min: 2, max: most }))
    .map(([one, times]) => Array.from({ length: times }, () => one))
  return fc.oneof(
    { weight: 9, arbitrary: fc.array(request, { minLength: 1, maxLength: most, size: 'max' }) },
    { weight: 1, arbitrary: same },
  )
}
