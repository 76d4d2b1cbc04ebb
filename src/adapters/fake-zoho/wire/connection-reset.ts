/** What `fetch` of Node throws when the other side cuts the connection. */
export class ConnectionReset extends TypeError {
  constructor() {
    const cause = Object.assign(new Error('read ECONNRESET'), {
      code: 'ECONNRESET',
      syscall: 'read',
    })
    super('fetch failed', { cause })
  }
}
