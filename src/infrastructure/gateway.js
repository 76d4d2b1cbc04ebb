// The entry of the program. It is plain JavaScript, because a Node that is too old cannot read
// TypeScript, and has to get this far to report its age.
import module from 'node:module'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import v8 from 'node:v8'

const NODE_MAJOR_MIN = 24

/** Where Node keeps what it made of each source file. A folder that cannot be written is left out. */
const COMPILED = fileURLToPath(new URL('../../node_modules/.cache/compiled', import.meta.url))

if ('Deno' in globalThis) {
  await run()
} else if (Number.parseInt(process.versions.node, 10) >= NODE_MAJOR_MIN) {
  // Without what is kept, each start loads Node's compiler of TypeScript: 0.2 s, and 25 MB that stay.
  // Node's own place for it is the folder of temporary files, where any user can put code for us to
  // run. Who can write here can change the program anyway.
  module.enableCompileCache(COMPILED)
  // While the program is loaded, all that is new stays: V8 would give it more and more room, up to
  // 30 MB, which then nobody needs. `main` lets the room grow again.
  v8.setFlagsFromString('--semi-space-growth-factor=1')
  await run()
} else {
  process.stderr.write(
    `The gateway needs Node ${NODE_MAJOR_MIN} or later; this is ${process.version}. ` +
      'Start it with npm (npm ci brings a Node of its own), or use a newer Node.\n',
  )
  process.exitCode = 2
}

async function run() {
  // The service loads for a second. Until the signals are caught they end it, or, in the first process
  // of a container, are lost.
  if (process.argv[2] === 'serve') (await import('./system/stop-signals.ts')).stopSignals()
  const { main } = await import('./cli/main.ts')
  await main(process.argv.slice(2))
}
