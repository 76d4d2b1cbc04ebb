import { open, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { AppError } from '../../application/base/errors.ts'
import type { Mailer } from '../../application/mail/mailer.port.ts'
import { ensureFolder } from '../disk/folders.ts'
import { type MailParties, messageLines } from './message.ts'

/** Writes each mail as an `.eml` file named after its message id. A second copy replaces the first. */
export function makeFileMailer(folder: string, parties: MailParties): Mailer {
  return {
    async send(mail) {
      try {
        ensureFolder(folder)
        const content = messageLines(mail, parties).join('\n')
        await writeWhole(path.join(folder, fileNameOf(mail.messageId)), content)
        return { way: 'files', recipients: parties.to.length }
      } catch (cause) {
        throw new AppError('unavailable', 'mail: not written to its file', { cause })
      }
    },
  }
}

/** The name of the file of a mail. */
export function fileNameOf(messageId: string): string {
  const name = messageId.split('@')[0]?.replace(/[^\w.-]/g, '_') ?? 'mail'
  return `${name}.eml`
}

/** Writes a file whole or not at all. It is on disk when this returns. */
async function writeWhole(file: string, content: string): Promise<void> {
  const draft = `${file}.part`
  try {
    await writeSynced(draft, content)
    await rename(draft, file)
  } catch (error) {
    // Half a mail is deleted, or it would take up room on a full disk.
    await rm(draft, { force: true })
    throw error
  }
  await syncFolder(path.dirname(file))
}

async function writeSynced(file: string, content: string): Promise<void> {
  const handle = await open(file, 'w', 0o600)
  try {
    await handle.writeFile(content)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Syncs a folder: the new name of a file in it is on disk only then. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
