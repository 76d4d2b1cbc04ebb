import type { EpochMs } from '../../domain/time.ts'
import type { Actor } from '../log/event-record.ts'
import type { LogLossAccepted } from '../log/service-events.ts'
import type { NewMail } from '../mail/outbox.port.ts'

/** The mail about an accepted loss: whoever could hide one from the log cannot take it back. */
export function lossMail(
  data: LogLossAccepted['data'],
  by: { readonly actor: Actor; readonly at: EpochMs; readonly mailDomain: string },
): NewMail {
  const { checkpointSize, checkpointRoot, seenSize, seenRoot, logSize, logRoot, reason } = data
  const who = 'operator' in by.actor ? by.actor.operator : 'nobody known'
  return {
    messageId: `loss.${by.at}.${logSize}@${by.mailDomain}`,
    about: 'loss',
    saleId: null,
    subject: `A loss of the sales log was accepted: ${logSize} events are left`,
    text: [
      'The sales log was not what its newest checkpoint says. It was accepted as it is, which cannot',
      'be undone and stays in the log.',
      '',
      `Accepted by: ${who}`,
      `Accepted at: ${new Date(by.at).toISOString()}`,
      `Reason: ${reason}`,
      `Newest checkpoint: ${checkpointSize ?? 'none'} events, root ${checkpointRoot ?? 'none'}`,
      ...(seenSize === undefined ? [] : [`Seen of it: ${seenSize} events, root ${seenRoot}`]),
      `Log: ${logSize} events, root ${logRoot}`,
      '',
      'If nobody told you of it, keep your checkpoints, and let somebody look who did not do it:',
      '',
      '    gateway audit verify --strict',
      '',
    ].join('\n'),
    createdAt: by.at,
  }
}
