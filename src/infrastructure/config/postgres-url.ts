// What a URL of PostgreSQL says: the server, the database, who signs in, and whether TLS is used.

import { isIP } from 'node:net'

export type PostgresServer = {
  /** A name, an address, or the folder of a unix socket, which begins with `/`. */
  readonly host: string
  readonly port: number
  readonly database: string
  readonly user: string
  /** Empty where there is none. */
  readonly password: string
  /** With TLS, the certificate and the name of the server are always verified. */
  readonly hasTls: boolean
  /** The file of the certificates that vouch for the server; without it, those that the runtime knows. */
  readonly rootCertificates: string | undefined
}

/** `problem` is for a person, begins behind the name of the setting, and has no value of the URL in it. */
export type PostgresUrlRead =
  | { readonly ok: true; readonly server: PostgresServer }
  | { readonly ok: false; readonly problem: string }

const PORT_DEFAULT = 5_432

/**
 * An `@` behind the end of the server, or a fragment. A URL ends its server at the first of these
 * characters: an unescaped one in a password makes the user name the server.
 */
const UNESCAPED = /^\w+:\/\/[^/?#]*[/?#].*@|#/

/** The server that libpq lets a URL leave out where there is a user. A URL of the standard must have one. */
const NO_SERVER = /^(\w+:\/\/[^/?#]*@)(?=[/?]|$)/

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|::1)$/i
const NAME = /^[a-z0-9]([a-z0-9._-]*[a-z0-9])?$/i

const PARAMETERS = ['host', 'sslmode', 'sslrootcert']
const MODES = ['verify-full', 'disable']

/** Reads a URL that begins with `postgres://` or `postgresql://`. */
export function readPostgresUrl(text: string): PostgresUrlRead {
  if (UNESCAPED.test(text)) {
    return wrong(
      'in a user name or a password, write "/" as %2F, "#" as %23, "?" as %3F, "@" as %40',
    )
  }
  const url = URL.parse(text.replace(NO_SERVER, '$1localhost'))
  const named = url?.hostname.replace(/^\[(.*)\]$/, '$1') || 'localhost'
  if (url === null || (isIP(named) === 0 && !NAME.test(named))) {
    return wrong('must name one server: postgres://user@host/database, or host:port')
  }
  const texts = [url.username, url.password, url.pathname.slice(1)].map(decoded)
  if (texts.some((part) => part === undefined || part.includes('\0'))) {
    return wrong('has a "%" that stands for no letter: write it as %25')
  }
  const [user = '', password = '', database = ''] = texts
  if (user === '') return wrong('names no user: postgres://user@host/database')
  if (database === '' || database.includes('/')) {
    return wrong('must name one database: postgres://user@host/database')
  }
  const way = wayOf(named, url.searchParams)
  if (typeof way === 'string') return wrong(way)
  const port = url.port === '' ? PORT_DEFAULT : Number(url.port)
  return { ok: true, server: { ...way, port, database, user, password } }
}

/** Whether what goes to this server stays on this machine. */
export function isOnThisMachine(host: string): boolean {
  return host.startsWith('/') || LOOPBACK.test(host)
}

/** How the server is reached; a text says what is wrong with it. */
function wayOf(
  named: string,
  asked: URLSearchParams,
): Pick<PostgresServer, 'host' | 'hasTls' | 'rootCertificates'> | string {
  const names = [...asked.keys()]
  const unknown = names.find((name) => !PARAMETERS.includes(name))
  if (unknown !== undefined) {
    return `has a parameter${quoted(unknown)} that is not known here: take it out, only host, sslmode and sslrootcert may be there`
  }
  const twice = names.find((name, at) => names.indexOf(name) !== at)
  if (twice !== undefined) return `has the parameter "${twice}" twice: leave one of them out`
  const socket = asked.get('host')
  if (socket !== null && !socket.startsWith('/')) {
    return 'its parameter "host" must be the folder of a unix socket, such as /run/postgresql'
  }
  if (socket !== null && named.toLowerCase() !== 'localhost') {
    return 'names a server and, in its parameter "host", a socket: write localhost as the server'
  }
  const host = socket ?? named
  const [mode, rootCertificates] = [asked.get('sslmode'), asked.get('sslrootcert') ?? undefined]
  if (mode !== null && !MODES.includes(mode)) {
    return 'its sslmode must be verify-full or disable. Without one, TLS is used and verified, but on this machine'
  }
  const wantsTls = mode === 'verify-full' || rootCertificates !== undefined
  if (wantsTls && mode === 'disable') {
    return 'has sslmode=disable and sslrootcert: leave one of them out'
  }
  if (wantsTls && socket !== null) {
    return 'asks for TLS over a unix socket, which has none: take out sslmode and sslrootcert'
  }
  const hasTls = wantsTls || (mode !== 'disable' && !isOnThisMachine(host))
  return { host, hasTls, rootCertificates }
}

/** A part of a password may stand where a parameter should be, but not in this form. */
function quoted(name: string): string {
  return /^[a-z_]{1,40}$/i.test(name) ? ` "${name}"` : ''
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}

function wrong(problem: string): PostgresUrlRead {
  return { ok: false, problem }
}
