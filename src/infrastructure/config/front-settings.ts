// The settings of the HTTP front: its connections, and the proxies before it.

import { isIP } from 'node:net'
import { PORT_DEFAULT, type Settings } from './settings.ts'

/** As the HTTP front takes it. */
export type FrontConfig = {
  readonly keepAliveMs: number
  readonly socketsMax: number
  readonly socketsPerAddress: number
  readonly trustedProxies: readonly string[]
}

/** What is wrong with these settings beyond their form. */
export function frontProblems(settings: Partial<Settings>): readonly string[] {
  const { PORT = PORT_DEFAULT, METRICS_PORT } = settings
  const isTaken = PORT > 0 && METRICS_PORT === PORT
  return [...proxyProblems(settings), ...(isTaken ? ['METRICS_PORT: is the same as PORT'] : [])]
}

function proxyProblems({ TRUSTED_PROXIES }: Partial<Settings>): readonly string[] {
  const networks = networksIn(TRUSTED_PROXIES)
  // What does not even look like networks has its line already.
  if (networks.every(isNetwork) || !networks.every((text) => LIKE_A_NETWORK.test(text))) return []
  return ['TRUSTED_PROXIES: has what is no address and no network, such as 10.0.0.7 or 10.0.0.0/8']
}

/** @param settings without a problem */
export function frontConfigOf(settings: Settings): FrontConfig {
  return {
    keepAliveMs: settings.KEEP_ALIVE_MS,
    socketsMax: settings.SOCKETS_MAX,
    socketsPerAddress: settings.SOCKETS_PER_ADDRESS,
    trustedProxies: networksIn(settings.TRUSTED_PROXIES),
  }
}

function networksIn(list: string | undefined): readonly string[] {
  return list === undefined ? [] : list.split(',').map((network) => network.trim())
}

const LIKE_A_NETWORK = /^[0-9A-Fa-f.:]+(?:\/[0-9]{1,3})?$/

/** A network of everything is none: whoever calls could then say where it calls from. */
function isNetwork(text: string): boolean {
  const [address = '', length] = text.split('/')
  const version = isIP(address)
  if (version === 0 || length === undefined) return version !== 0
  return Number(length) >= 1 && Number(length) <= (version === 4 ? 32 : 128)
}
