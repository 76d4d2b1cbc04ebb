import type { SignedCheckpoint } from '../../domain/log/checkpoint.ts'
import { base64Of } from '../../domain/log/hash.ts'
import type { Clock } from '../base/clock.port.ts'
import type { EventLog } from '../log/event-log.port.ts'
import type { Actor } from '../log/event-record.ts'
import type { LogCheck } from './check-log.ts'
import type { LogTree } from './log-tree.port.ts'
import type { SignCheckpoint } from './sign-checkpoint.ts'
import { makeTreeProofs } from './tree-proofs.ts'

/**
 * Takes the log as it is: records what the newest checkpoint knew, what is there, who said so and
 * why, and begins a new line of checkpoints. Nothing of it can be taken back; `verify` tells of it
 * from then on.
 */
export async function acceptLoss(
  deps: {
    readonly tree: LogTree
    readonly eventLog: Pick<EventLog, 'record'>
    readonly signCheckpoint: SignCheckpoint
    readonly clock: Clock
  },
  found: LogCheck & { readonly type: 'differs' },
  said: { readonly operator: Actor; readonly reason: string },
): Promise<SignedCheckpoint> {
  const { tree, eventLog, signCheckpoint, clock } = deps
  const { known } = found
  const logSize = await tree.rebuild()
  const logRoot = base64Of(await makeTreeProofs(tree).rootAt(logSize))
  const data = {
    checkpointSize: known === undefined ? null : known.size,
    checkpointRoot: known === undefined ? null : base64Of(known.root),
    logSize,
    logRoot,
    reason: said.reason,
  }
  await eventLog.record({ type: 'LogLossAccepted', at: clock.now(), data }, said.operator)
  return signCheckpoint('accepted')
}
