// Personal data that tests plant in the fake Zoho, and then look for in everything that was written.
import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import type { FakeZoho } from '../../../src/adapters/fake-zoho/fake-zoho.ts'
import type { FaultKind } from '../../../src/adapters/fake-zoho/faults/fault-kinds.ts'

export const CONTACT_ID = '550428000009990001'
export const CONTACT_EMAIL = 'z.quastenflosser@tiefsee.example'
const ACCOUNT_ID = '550428000009990002'

/** What a person, a company or an address is called nowhere else. Each is to stay in the CRM. */
export const PERSONAL = [
  'Zuelfikar',
  'Quastenflosser',
  'Wolkenkuckucksheim',
  'Irrlichterweg',
  'Schlumpfhausen',
  'QX-9021',
  'tiefsee.example',
  'Rumpelstilzchen',
  'nirgendwo.example',
  'crawler.example',
] as const

/** Whom the organisation's own sentences name. A mail quotes these, and nothing else may. */
export const OWN_WORDS = 'Siebenschlaefer'

export const STRANGER_EMAIL = 'rumpelstilzchen@nirgendwo.example'
export const CRAWLER = 'Bot/1.0 (+mailto:owner@crawler.example; Rumpelstilzchen@crawler.example)'

/** A contact with an account, of which every text is planted. */
export function plantContact(fake: FakeZoho): void {
  const name = 'Wolkenkuckucksheim Maschinenbau'
  const parts = ['Billing', 'Shipping'].map((kind) => ({
    [`${kind}_Street`]: 'Irrlichterweg 77',
    [`${kind}_City`]: 'Schlumpfhausen',
    [`${kind}_State`]: 'Irrlichterweg-Land',
    [`${kind}_Code`]: 'QX-9021',
    [`${kind}_Country`]: 'Schlumpfhausen',
  }))
  fake.records.add('Accounts', { id: ACCOUNT_ID, Account_Name: name, ...parts[0], ...parts[1] })
  fake.records.add('Contacts', {
    id: CONTACT_ID,
    First_Name: 'Zuelfikar',
    Last_Name: 'Quastenflosser',
    Full_Name: 'Zuelfikar Quastenflosser',
    Email: CONTACT_EMAIL,
    Account_Name: { name, id: ACCOUNT_ID },
    Modified_Time: '2025-01-15T09:00:00+00:00',
  })
}

/** An error of Zoho that repeats, wherever it can, what a record says. */
export function quoting(status: number, code: string): FaultKind {
  const error = {
    code,
    status: 'error',
    message: `the record of ${OWN_WORDS} is not good`,
    details: {
      api_name: 'Zuelfikar Quastenflosser',
      value: 'Irrlichterweg 77, QX-9021 Schlumpfhausen',
      name: 'Wolkenkuckucksheim Maschinenbau',
      owner: { name: 'Zuelfikar Quastenflosser', email: CONTACT_EMAIL },
    },
  }
  return { type: 'status', status, body: JSON.stringify({ data: [error] }) }
}

/** What a proxy may answer: a page that repeats the request. */
export function quotingPage(): FaultKind {
  const body = `<html><p>Zuelfikar Quastenflosser, ${CONTACT_EMAIL}, Irrlichterweg 77</p></html>`
  return { type: 'status', status: 502, body, contentType: 'text/html' }
}

/** Which of the needles are in the text, as they are or as they travel; letter case aside. */
export function found(needles: readonly string[], text: string): readonly string[] {
  const hay = text.toLowerCase()
  return needles.filter((needle) =>
    [needle, encodeURIComponent(needle), ...base64sOf(needle)].some((form) =>
      hay.includes(form.toLowerCase()),
    ),
  )
}

/**
 * The needle in base64, wherever in a longer text it begins: all the characters that do not depend
 * on what stands around it. With fewer it would be met by chance in the random bytes of the reserve.
 */
function base64sOf(needle: string): readonly string[] {
  return [0, 1, 2].map((before) => {
    const bytes = Buffer.from(' '.repeat(before) + needle)
    // A character stands for six bits, and `before` spaces for the first eight each.
    const from = Math.ceil((before * 8) / 6)
    const to = Math.floor((bytes.length * 8) / 6)
    return bytes.toString('base64').slice(from, to)
  })
}

/** Every file under the folder with all its bytes; one that a running gateway took away meanwhile is left out. */
export async function filesUnder(folder: string): Promise<readonly (readonly [string, string])[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile())
  const texts = await Promise.all(
    files.map(async ({ parentPath, name }) => {
      const bytes = await readFile(path.join(parentPath, name)).catch(nullIfGone)
      return bytes && ([name, `${bytes.toString('utf8')}\n${bytes.toString('latin1')}`] as const)
    }),
  )
  return texts.filter((text) => text !== null)
}

function nullIfGone(error: NodeJS.ErrnoException): null {
  if (error.code !== 'ENOENT') throw error
  return null
}
