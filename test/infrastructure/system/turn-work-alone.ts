// Measures the work of a turn that waits, then computes, and prints it, in a process that does nothing else.
import process from 'node:process'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { makeTurnWork } from '../../../src/infrastructure/system/turn-work.ts'

const turnWorkMs = makeTurnWork()
const first = turnWorkMs()
Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 400)
const waited = turnWorkMs()
let lengths = 0
// Far more passes than it takes: the clock of the processor ends it.
for (let i = 0; i < 100_000 && turnWorkMs() - waited < 50; i += 1) {
  lengths += JSON.stringify(Array.from({ length: 100 }, String)).length
}
const computed = lengths > 0 ? turnWorkMs() - waited : 0
await nextTurn()
await nextTurn()
process.stdout.write(JSON.stringify({ first, waited, computed, next: turnWorkMs() }))
