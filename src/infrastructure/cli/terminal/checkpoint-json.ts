import type { SignedCheckpoint } from '../../../domain/log/checkpoint.ts'
import { base64Of } from '../../../domain/log/hash.ts'

/** A checkpoint as `--json` prints it. `note` is the text to keep. */
export function checkpointJson({ number, size, root, at, reason, note }: SignedCheckpoint) {
  return { number, size, root: base64Of(root), at: new Date(at).toISOString(), reason, note }
}
