import { mkdir, open, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { AppError } from '../../application/base/errors.ts'
import type { Mailer } from '../../application/mail/mailer.port.ts'
import { type MailParties, messageLines } from './message.ts'

/** Writes each mail as an `.eml` file named for its message id; a second copy replaces the first. */
export function makeFileMailer(folder: string, parties: MailParties): Mailer {
  return {
    async send(mail) {
      try {
        await mkdir(folder, { recursive: true })
        const content = messageLines(mail, parties).join('\n')
        await writeWhole(path.join(folder, fileNameOf(mail.messageId)), content)
      } catch (cause) {
        throw new AppError('unavailable', 'mail: not written to its file', { cause })
      }
    },
  }
}

export function fileNameOf(messageId: string): string {
  const name = messageId.split('@')[0]?.replace(/[^\w.-]/g, '_') ?? 'mail'
  return `${name}.eml`
}

/** Whole or not at all, and on disk when it returns. */
async function writeWhole(file: string, content: string): Promise<void> {
  const draft = `${file}.part`
  try {
    await writeSynced(draft, content)
    await rename(draft, file)
  } catch (error) {
    // On a full disk even half a mail is in the way.
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

/** The new name is on disk only when the folder is. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
