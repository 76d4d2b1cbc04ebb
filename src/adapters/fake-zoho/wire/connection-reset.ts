// The error of a connection that the other side has cut, or not accepted.
/** Node's `fetch` throws an error of this shape. */
export class ConnectionReset extends TypeError {
  constructor(what: 'read ECONNRESET' | 'connect ECONNREFUSED' = 'read ECONNRESET') {
    const [syscall, code] = what.split(' ')
    super('fetch failed', { cause: Object.assign(new Error(what), { code, syscall }) })
  }
}
