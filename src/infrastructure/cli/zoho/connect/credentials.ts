// The client id, the client secret and the grant code: from the environment, a file, a person or
// stdin, and never from the command line, which every user of the machine can read.
import { readFileSync } from 'node:fs'
import process from 'node:process'
import { ask, askHidden, stdinLines } from '../../terminal/ask.ts'
import { ConfigError } from '../../terminal/command-config.ts'
import { canAsk } from '../../terminal/confirm.ts'

export type Credentials = {
  readonly clientId: string
  readonly clientSecret: string
  readonly code: string
}

/** In the order in which they are asked for, and read from stdin: the code lives for minutes only. */
const QUESTIONS = [
  { member: 'clientId', setting: 'ZOHO_CLIENT_ID', question: 'Client ID: ' },
  { member: 'clientSecret', setting: 'ZOHO_CLIENT_SECRET', question: 'Client secret: ' },
  { member: 'code', setting: 'ZOHO_GRANT_CODE', question: 'Code: ' },
] as const

/** What Node's `--env-file` and systemd read alike without quotes. Zoho's values are of these. */
const PLAIN_VALUE = /^[A-Za-z0-9._~+/=:-]{1,255}$/

/**
 * Takes what is given, and asks for the rest.
 *
 * @throws {ConfigError} where one is missing or is no value of Zoho; values are never in it
 */
export async function readCredentials(): Promise<Credentials> {
  const given = new Map(QUESTIONS.map(({ member, setting }) => [member, givenBy(setting)]))
  const missing = QUESTIONS.filter(({ member }) => given.get(member) === undefined)
  const answers = await answersTo(missing)
  for (const [index, { member }] of missing.entries()) given.set(member, answers[index])
  const valueFor = (member: keyof Credentials) => given.get(member) ?? ''
  const problems = QUESTIONS.filter(({ member }) => !PLAIN_VALUE.test(valueFor(member))).map(
    ({ setting, member }) =>
      valueFor(member) === ''
        ? `${setting}: is missing; give it, ${setting}_FILE or a line on stdin`
        : `${setting}: has characters that no value of Zoho has`,
  )
  if (problems.length > 0) throw new ConfigError(problems)
  return {
    clientId: valueFor('clientId'),
    clientSecret: valueFor('clientSecret'),
    code: valueFor('code'),
  }
}

function givenBy(setting: string): string | undefined {
  const value = process.env[setting]
  const file = process.env[`${setting}_FILE`]
  if (file === undefined || file === '') return value || undefined
  if (value) throw new ConfigError([`${setting}: is given twice, also as ${setting}_FILE`])
  try {
    return readFileSync(file, 'utf8').trim()
  } catch {
    throw new ConfigError([`${setting}_FILE: cannot be read`])
  }
}

async function answersTo(missing: readonly { readonly question: string }[]) {
  if (missing.length === 0) return []
  if (!canAsk()) {
    const lines = await stdinLines()
    if (lines !== undefined && lines.length <= missing.length) return lines
    throw new ConfigError(['stdin: has more lines than there are values missing'])
  }
  const answers: string[] = []
  for (const { question } of missing) answers.push(await askHidden(question))
  return answers
}

/** Asks where the organisation is, by the last part of the address of its CRM. */
export function askDataCentre(choices: readonly string[]): Promise<string> {
  process.stderr.write(
    'Where is your Zoho? The address of your CRM shows it: crm.zoho.eu is eu, crm.zoho.com is us.\n',
  )
  return ask(`Data centre (${choices.join(', ')}): `)
}
