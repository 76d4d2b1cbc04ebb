import type { SignedCheckpoint } from '../../domain/log/checkpoint.ts'
import { base64Of } from '../../domain/log/hash.ts'
import type { WallClock } from '../base/clock.port.ts'
import type { EventLog } from '../log/event-log.port.ts'
import type { Actor } from '../log/event-record.ts'
import type { LogCheck } from './check-log.ts'
import type { KnownLogFile } from './known-log-file.port.ts'
import type { LogTree } from './log-tree.port.ts'
import { lossMail } from './loss-mail.ts'
import type { SignCheckpoint } from './sign-checkpoint.ts'
import { makeTreeProofs } from './tree-proofs.ts'

/**
 * Accepts the log as it is, although its newest checkpoint says otherwise. Records both sizes and
 * roots, the operator and the reason, with the mail about it, and signs a checkpoint over what is
 * there. This cannot be undone: `audit verify` shows it from then on.
 */
export async function acceptLoss(
  deps: {
    readonly tree: LogTree
    readonly eventLog: Pick<EventLog, 'record'>
    readonly signCheckpoint: SignCheckpoint
    readonly clock: WallClock
    /** What stands behind the `@` of a message id. */
    readonly mailDomain: string
    /** Gets the log as it is now; left out where there is none. */
    readonly knownFile?: Pick<KnownLogFile, 'write'> | undefined
  },
  found: LogCheck & { readonly type: 'differs' },
  accepted: { readonly operator: Actor; readonly reason: string },
): Promise<SignedCheckpoint> {
  const { tree, eventLog, signCheckpoint, clock, mailDomain } = deps
  const { known } = found
  const logSize = await tree.rebuild()
  const logRoot = base64Of(await makeTreeProofs(tree).rootAt(logSize))
  const data = {
    checkpointSize: known === undefined ? null : known.size,
    checkpointRoot: known === undefined ? null : base64Of(known.root),
    logSize,
    logRoot,
    reason: accepted.reason,
  }
  const at = clock.now()
  const mail = lossMail(data, { actor: accepted.operator, at, mailDomain })
  await eventLog.record({ type: 'LogLossAccepted', at, data }, accepted.operator, [mail])
  const checkpoint = await signCheckpoint('accepted')
  await deps.knownFile?.write({ size: checkpoint.size, root: checkpoint.root })
  return checkpoint
}
