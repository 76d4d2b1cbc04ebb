// The settings of who may come in how often.

import type { Settings } from './settings.ts'

/** As the use cases of access take it. */
export type AccessConfig = {
  readonly quota: { readonly perSecond: number; readonly burst: number } | undefined
  readonly failuresPerMinute: number
}

/** What is wrong with these settings beyond their form. */
export function accessProblems(settings: Partial<Settings>): readonly string[] {
  const { RATE_LIMIT_PER_KEY, RATE_LIMIT_BURST } = settings
  return RATE_LIMIT_BURST !== undefined && RATE_LIMIT_PER_KEY === undefined
    ? ['RATE_LIMIT_BURST: is nothing without RATE_LIMIT_PER_KEY']
    : []
}

/** @param settings without a problem */
export function accessConfigOf(settings: Settings): AccessConfig {
  const { RATE_LIMIT_PER_KEY: perSecond, RATE_LIMIT_BURST: burst = perSecond } = settings
  return {
    quota: perSecond === undefined || burst === undefined ? undefined : { perSecond, burst },
    failuresPerMinute: settings.AUTH_FAILURES_PER_MINUTE,
  }
}
