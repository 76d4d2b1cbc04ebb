// The entry of the program. It is plain JavaScript, because a Node that is too old cannot read
// TypeScript, and has to get this far to report its age.
import process from 'node:process'

const NODE_MAJOR_MIN = 24

if ('Deno' in globalThis || Number.parseInt(process.versions.node, 10) >= NODE_MAJOR_MIN) {
  const { main } = await import('./cli/main.ts')
  await main(process.argv.slice(2))
} else {
  process.stderr.write(
    `The gateway needs Node ${NODE_MAJOR_MIN} or later; this is ${process.version}. ` +
      'Start it with npm (npm ci brings a Node of its own), or use a newer Node.\n',
  )
  process.exitCode = 2
}
