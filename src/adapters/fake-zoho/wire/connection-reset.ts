// The error of a connection that the other side has cut.
/** Node's `fetch` throws an error of this shape. */
export class ConnectionReset extends TypeError {
  constructor() {
    const cause = Object.assign(new Error('read ECONNRESET'), {
      code: 'ECONNRESET',
      syscall: 'read',
    })
    super('fetch failed', { cause })
  }
}
