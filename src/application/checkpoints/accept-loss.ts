import type { SignedCheckpoint } from '../../domain/log/checkpoint.ts'
import { base64Of } from '../../domain/log/hash.ts'
import type { WallClock } from '../base/clock.port.ts'
import type { Actor } from '../log/event-record.ts'
import type { LogCheck } from './check-log.ts'
import type { CheckpointLog } from './checkpoint-log.port.ts'
import type { KnownLogFile } from './known-log-file.port.ts'
import type { LogTree } from './log-tree.port.ts'
import { lossMail } from './loss-mail.ts'
import type { SignCheckpoint } from './sign-checkpoint.ts'
import { makeTreeProofs } from './tree-proofs.ts'

/**
 * Accepts the log as it is, although its newest checkpoint says otherwise. Records all sizes and
 * roots, the operator and the reason, with the mail about it, and signs a checkpoint over what is
 * there. This cannot be undone: `audit verify` shows it from then on. Where events are missing, the sales that are
 * unfinished in what is left are held: some may have been completed in what is lost.
 */
export async function acceptLoss(
  deps: {
    readonly tree: LogTree
    readonly log: Pick<CheckpointLog, 'acceptLoss'>
    readonly signCheckpoint: SignCheckpoint
    readonly clock: WallClock
    /** What stands behind the `@` of a message id. */
    readonly mailDomain: string
    /** Gets the log as it is now; left out where there is none. */
    readonly knownFile?: KnownLogFile | undefined
  },
  found: LogCheck & { readonly type: 'differs' },
  accepted: { readonly operator: Actor; readonly reason: string },
): Promise<SignedCheckpoint> {
  const { tree, log, signCheckpoint, clock, mailDomain } = deps
  const { known } = found
  const logSize = await tree.rebuild()
  const logRoot = base64Of(await makeTreeProofs(tree).rootAt(logSize))
  const seen = await deps.knownFile?.read()
  const hasSeenMore = seen !== undefined && seen.size > (known?.size ?? 0)
  const data = {
    checkpointSize: known === undefined ? null : known.size,
    checkpointRoot: known === undefined ? null : base64Of(known.root),
    ...(hasSeenMore && { seenSize: seen.size, seenRoot: base64Of(seen.root) }),
    logSize,
    logRoot,
    reason: accepted.reason,
  }
  const at = clock.now()
  const mail = lossMail(data, { actor: accepted.operator, at, mailDomain })
  const event = { type: 'LogLossAccepted', at, data } as const
  await log.acceptLoss(event, accepted.operator, [mail], { holdsSales: found.isLoss })
  const checkpoint = await signCheckpoint('accepted')
  await deps.knownFile?.write({ size: checkpoint.size, root: checkpoint.root })
  return checkpoint
}
