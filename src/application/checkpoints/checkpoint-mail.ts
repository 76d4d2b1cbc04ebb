import type { SignedCheckpoint } from '../../domain/log/checkpoint.ts'
import type { NewMail } from '../mail/outbox.port.ts'

/** The mail of a day with a checkpoint: a copy out of reach of whoever can write to the log. */
export function checkpointMail(checkpoint: SignedCheckpoint, mailDomain: string): NewMail {
  const { number, size, at, note } = checkpoint
  const day = new Date(at).toISOString().slice(0, 10)
  return {
    messageId: `checkpoint.${day}.${size}@${mailDomain}`,
    about: 'checkpoint',
    saleId: null,
    subject: `Sales log of ${day}: ${size} events`,
    text: [
      `Checkpoint ${number} of the sales log. Please keep this mail: saved to a file, it shows at`,
      'any later time whether what was in the log then is still there, unchanged:',
      '',
      '    gateway audit verify --anchor FILE',
      '',
      note,
    ].join('\n'),
    createdAt: at,
  }
}
