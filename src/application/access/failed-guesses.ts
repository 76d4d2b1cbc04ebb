// Counts the wrong keys that each address has shown within a minute: beyond the limit it has to wait.

import { type Instant, later, msBetween } from '../../domain/time.ts'
import type { Timer } from '../base/clock.port.ts'

const MINUTE_MS = 60_000

/**
 * Addresses that are counted apart, some 150 bytes each. All others are counted together: nobody can
 * push out the count of an address by calling from many, and a wrong key among so many is told to wait.
 */
export const ADDRESSES_MAX = 4_096

/** No address, so that it is never one that is counted apart. */
const OTHERS = ''

/** The minute of an address, which begins with its first wrong key. */
type Minute = { count: number; readonly endsAt: Instant }

/**
 * Counts a wrong key.
 *
 * @returns milliseconds until this address may show another one; 0 within the limit
 */
export type FailedGuesses = (address: string | null) => number

export function makeFailedGuesses(deps: {
  readonly clock: Timer
  /** Wrong keys of one address within a minute. */
  readonly perMinute: number
}): FailedGuesses {
  const { clock, perMinute } = deps
  // In the order in which the minutes began, so that the first is the first to end.
  const minutes = new Map<string, Minute>()

  return function countGuess(address) {
    const now = clock.instant()
    forgetEnded(now)
    const minute = minuteOf(address === null ? OTHERS : networkOf(address), now)
    minute.count += 1
    return minute.count > perMinute ? msBetween(now, minute.endsAt) : 0
  }

  function forgetEnded(now: Instant): void {
    for (const [name, { endsAt }] of minutes) {
      if (endsAt > now) return
      minutes.delete(name)
    }
  }

  function minuteOf(network: string, now: Instant): Minute {
    const known = minutes.get(network)
    if (known !== undefined) return known
    if (minutes.size >= ADDRESSES_MAX && network !== OTHERS) return minuteOf(OTHERS, now)
    const minute = { count: 0, endsAt: later(now, MINUTE_MS) }
    minutes.set(network, minute)
    return minute
  }
}

/** Groups of an IPv6 address, and those of its network: one caller has a whole /64 to choose from. */
const GROUPS = 8
const NETWORK_GROUPS = 4

/** What counts as one address: an IPv4 address, or the /64 of an IPv6 one, however it is written. */
export function networkOf(address: string): string {
  if (!address.includes(':')) return address
  // The last two groups may be written as an IPv4 address. They are not part of the network.
  const [head = '', tail] = address.replace(/[^:]*\.[^:]*$/, '0:0').split('::')
  const before = groupsOf(head)
  const behind = groupsOf(tail ?? '')
  const between = Array<string>(Math.max(0, GROUPS - before.length - behind.length)).fill('0')
  const groups = [...before, ...between, ...behind].slice(0, NETWORK_GROUPS)
  return groups.map((group) => Number.parseInt(group, 16).toString(16)).join(':')
}

function groupsOf(text: string): readonly string[] {
  return text === '' ? [] : text.split(':')
}
