// `gateway mail`: a test of the way that mails take.
import { randomUUID } from 'node:crypto'
import path from 'node:path'
import { Command } from 'commander'
import { fileNameOf } from '../../adapters/mail/file-mailer.ts'
import type { Mail } from '../../application/mail/outbox.port.ts'
import type { Config } from '../config/config.ts'
import { mailDomainOf, makeMailer } from '../service/mailer.ts'
import { makeSystemClock } from '../system/system-clock.ts'
import { commandConfig, printLine } from './terminal/command-config.ts'
import { withProgress } from './terminal/progress.ts'

export function mailCommand(): Command {
  const mail = new Command('mail').description('test the mails to the IT team')
  mail
    .command('test')
    .description('send a test mail with the settings of the gateway; works while it runs')
    .option('--json', 'print JSON')
    .action(sendTestMail)
  return mail
}

async function sendTestMail(options: { readonly json?: true }): Promise<void> {
  const config = commandConfig()
  const mail = testMail(config.mail)
  const mailer = await makeMailer(config.mail)
  await withProgress('sending the mail', () => mailer.send(mail))
  const to = config.mail.to
  const sent = { messageId: mail.messageId, to, ...wayOf(config.mail, mail.messageId) }
  if (options.json) printLine(JSON.stringify(sent))
  else if ('file' in sent) printLine(`written to ${sent.file}`)
  else printLine(`accepted by ${sent.server} for ${to.join(', ')}`)
}

function testMail(mail: Config['mail']): Mail {
  return {
    messageId: `test.${randomUUID()}@${mailDomainOf(mail)}`,
    subject: 'Test mail of the PLG sales gateway',
    text: [
      'This is a test, sent by hand with "gateway mail test". No sale failed.',
      '',
      'Mails about failed sales come by the same way.',
      '',
    ].join('\n'),
    createdAt: makeSystemClock().now(),
  }
}

/** Where the mail went. Only the host of the URL, because the URL may hold a password. */
function wayOf({ smtpUrl, folder }: Config['mail'], messageId: string) {
  if (smtpUrl === undefined) return { file: path.join(folder, fileNameOf(messageId)) }
  return { server: new URL(smtpUrl).host }
}
