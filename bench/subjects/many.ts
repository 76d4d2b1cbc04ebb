// Several gateways over one PostgreSQL, as one subject: `GATEWAYS` says how many, each a process of its own.

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { type Ready, readyLine } from '../base/subject.ts'
import { startPostgres } from '../engines/parts/postgres.ts'
import { ended, given } from './protocol.ts'

const GATEWAY = fileURLToPath(new URL('ours.ts', import.meta.url))

type Gateway = { readonly child: ChildProcess; readonly ready: Ready }

const { dataDir } = given()
const postgres = await startPostgres(dataDir)
const gateways: Gateway[] = []
// One after the other: the first makes the tables.
for (let at = 1; at <= Number(process.env['GATEWAYS'] ?? '1'); at += 1) {
  gateways.push(await startGateway(`gateway-${at}`))
}
const ports = gateways.map(({ ready }) => ready.port)
// The key is in the database, so that all know it.
process.stdout.write(`ready ${JSON.stringify({ ...gateways[0]?.ready, ports })}\n`)
// The package of PostgreSQL ends it at a signal; here the gateways end first.
process.removeAllListeners('SIGTERM')
await ended()
await Promise.all(gateways.map(stopGateway))
await postgres.stop()
process.exit(0)

/** @throws {Error} when it ends before it serves */
async function startGateway(name: string): Promise<Gateway> {
  const child = spawn(process.execPath, [...process.execArgv, GATEWAY], {
    env: {
      ...process.env,
      PORT: '0',
      DATABASE_URL: postgres.url.replace('/bench?', '/postgres?'),
      DATA_DIR: path.join(dataDir, name),
      AUDIT_KEY_FILE: path.join(dataDir, 'audit.key'),
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const { promise, resolve, reject } = Promise.withResolvers<Ready>()
  let said = ''
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    said += text
    const ready = readyLine(said)
    if (ready !== undefined) resolve(ready)
  })
  child.once('exit', (code) => reject(new Error(`${name} ended with ${code} before it served`)))
  return { child, ready: await promise }
}

async function stopGateway({ child }: Gateway): Promise<void> {
  if (child.exitCode !== null) return
  const gone = once(child, 'exit')
  child.kill('SIGTERM')
  await gone
}
