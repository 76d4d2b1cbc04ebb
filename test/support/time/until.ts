// Waits in true time for a condition.

import assert from 'node:assert/strict'

const POLL_MS = 10

/** Far more than anything takes, so that a slow machine is no failure. */
const PATIENCE_MS = 120_000

/** Waits in true time until the condition holds: for what sockets and processes do. */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
): Promise<void> {
  const giveUpAt = performance.now() + PATIENCE_MS
  while (!(await condition())) {
    assert.ok(performance.now() < giveUpAt, `waited too long until ${what}`)
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  }
}
