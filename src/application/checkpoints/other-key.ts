import { parseCheckpoint, type SignedCheckpoint } from '../../domain/log/checkpoint.ts'
import { parseVkey } from '../../domain/log/vkey.ts'

/**
 * The name of the key that signed a checkpoint, where that is another than ours; `undefined` where it
 * names ours, whether its signature is good or not.
 *
 * @param vkey our public key; `undefined` where there is none
 */
export function otherKeyOf(
  { note }: SignedCheckpoint,
  vkey: string | undefined,
): string | undefined {
  const ours = parseVkey(vkey ?? '')
  const signatures = parseCheckpoint(note)?.signed.signatures ?? []
  if (signatures.some(({ name, keyId }) => name === ours?.name && keyId === ours.keyId)) return
  return signatures.map(({ name, keyId }) => `${name}+${keyId}`).join(', ')
}
