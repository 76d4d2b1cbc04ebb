import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { gatewayCommand } from '../../../src/infrastructure/demo/gateway-process.ts'

const PROGRAM = fileURLToPath(new URL('./blocked-work.ts', import.meta.url))

/** Runs the program and lets its work end once stderr has this text. */
async function work(where: 'terminal' | 'pipe', until: string) {
  const { file, args } = gatewayCommand([where], PROGRAM)
  const child = spawn(file, args, { stdio: ['pipe', 'pipe', 'pipe'] })
  const said = { stdout: '', stderr: '' }
  const goOn = () => {
    if (said.stderr.includes(until)) child.stdin.end('x')
  }
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].on('data', (chunk) => {
      said[name] += chunk
      goOn()
    })
  }
  goOn()
  const [code] = await once(child, 'close')
  return { code, ...said }
}

describe('Progress', () => {
  it('is shown each second while the main thread is held up, and taken away at the end', async () => {
    const { code, stdout, stderr } = await work('terminal', ' 2 s')
    assert.deepEqual([code, stdout], [0, '1 byte\n'])
    assert.match(stderr, /^\rcopying … 1 s\rcopying … 2 s/)
    assert.ok(stderr.endsWith('\r\u001b[K'))
  })

  it('is not shown where stderr is no terminal', async () => {
    const { code, stdout, stderr } = await work('pipe', '')
    assert.deepEqual([code, stdout, stderr], [0, '1 byte\n', ''])
  })
})
