// Asks a gateway for its heap after a collection, by the debugging port of its runtime.

import { until } from '../support/time/until.ts'

/** Before the program: the runtime opens a port for debuggers, and names it on stderr. */
export const INSPECTED = '--inspect=127.0.0.1:0'

const ADDRESS = /Debugger listening on (ws:\S+)/

/**
 * Bytes of the heap that are in use after a full collection. Source: the Chrome DevTools Protocol,
 * which Node and Deno both speak.
 */
export async function heapAfterCollection(said: () => string): Promise<number> {
  await until('the debugger is named', () => ADDRESS.test(said()))
  const socket = new WebSocket(ADDRESS.exec(said())?.[1] ?? '')
  const opened = Promise.withResolvers<void>()
  socket.onopen = () => opened.resolve()
  socket.onerror = () => opened.reject(new Error('the debugger does not answer'))
  await opened.promise
  try {
    // What the first leaves to finalizers, the second collects.
    await call(socket, 1, 'HeapProfiler.collectGarbage')
    await call(socket, 2, 'HeapProfiler.collectGarbage')
    const { usedSize } = await call(socket, 3, 'Runtime.getHeapUsage')
    return Number(usedSize)
  } finally {
    socket.close()
  }
}

function call(
  socket: WebSocket,
  id: number,
  method: string,
): Promise<{ readonly usedSize?: number }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ readonly usedSize?: number }>()
  socket.onmessage = ({ data }) => {
    const said = JSON.parse(String(data))
    if (said.id === id) resolve(said.result)
  }
  socket.onclose = () => reject(new Error('the debugger hung up'))
  socket.send(JSON.stringify({ id, method }))
  return promise
}
