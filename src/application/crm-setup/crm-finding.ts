// What a check of the CRM found: one thing that is as it should be, or what to do about it.

import type { CallResult } from '../../domain/sale/outcome.ts'

/**
 * One thing that was checked. `remedy` is what a person can do about it; where the thing is ok all
 * the same, it is a warning.
 */
export type CrmFinding =
  | { readonly check: string; readonly ok: true; readonly remedy: string | null }
  | { readonly check: string; readonly ok: false; readonly remedy: string }

export function fine(check: string): CrmFinding {
  return { check, ok: true, remedy: null }
}

/** A finding that is ok for most sales, or as far as it can be known. */
export function warned(check: string, remedy: string): CrmFinding {
  return { check, ok: true, remedy }
}

export function wrong(check: string, remedy: string): CrmFinding {
  return { check, ok: false, remedy }
}

/**
 * The finding of a check that is one call.
 *
 * @param remedy what to do where the CRM refused the call
 */
export function findingOf(check: string, result: CallResult<unknown>, remedy: string): CrmFinding {
  switch (result.type) {
    case 'done':
      return fine(check)
    case 'refused':
      return wrong(check, `${remedy} The CRM said: ${result.reason}`)
    case 'unknown':
    case 'notSent':
      return wrong(check, `Try again, the CRM could not be asked: ${result.reason}`)
  }
}
