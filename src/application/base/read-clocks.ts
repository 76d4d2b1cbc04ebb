import type { Now } from '../../domain/time.ts'
import type { Clock } from './clock.port.ts'

/** Reads both clocks at one moment, for the domain. */
export function readClocks(clock: Pick<Clock, 'now' | 'instant'>): Now {
  return { wall: clock.now(), instant: clock.instant() }
}
