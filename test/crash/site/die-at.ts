import { fileURLToPath } from 'node:url'
import {
  type GatewayCommand,
  gatewayCommand,
} from '../../../src/infrastructure/demo/gateway-process.ts'
import type { DieAt } from './dying-gateway.ts'
import type { LaunchOptions } from './site.ts'

/** The first statement of this kind in a process is that of a new sale. */
export const CLAIM = '"idempotency_claim"'

/** Writes the events of a group of many: four rows at least. */
export const MANY_EVENTS =
  'insert into "event" ("position", "sale_id", "sequence", "type", "body") values (?, ?, ?, ?, ?), ('

const ENTRY = fileURLToPath(new URL('./dying-gateway.ts', import.meta.url))

/** How to launch a gateway that kills itself at a statement to its database. */
export function dieAt(where: DieAt): LaunchOptions & { readonly command: GatewayCommand } {
  return { command: gatewayCommand(['serve'], ENTRY), settings: { DIE: JSON.stringify(where) } }
}
