import { userInfo } from 'node:os'
import process from 'node:process'
import type { Actor } from '../../application/log/event-record.ts'

/** The operator at the command line: the name of the system's user, or its number where it has none. */
export function operator(): Actor {
  return { operator: userName() ?? `uid ${process.getuid?.() ?? 'not known'}` }
}

function userName(): string | undefined {
  try {
    return userInfo().username || undefined
  } catch {
    // A container may run as a number that has no entry in the list of users.
    return undefined
  }
}
