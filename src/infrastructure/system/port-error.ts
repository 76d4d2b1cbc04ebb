import { AppError } from '../../application/base/errors.ts'

/** What a host and a port are called among the settings. */
type Names = { readonly host: string; readonly port: string }

/**
 * Why the port cannot be opened, with what to do about it.
 *
 * @param error the reason of the system; any other error is returned as it is
 */
export function portError(
  error: unknown,
  { host, port }: { readonly host: string; readonly port: number },
  names: Names = { host: 'HOST', port: 'PORT' },
): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const remedy = REMEDIES[code]
  if (remedy === undefined) return error
  const message = `${host}:${port} cannot be listened on. ${remedy(names)}`
  return new AppError('unavailable', message, { cause: error })
}

const REMEDIES: Readonly<Record<string, (names: Names) => string>> = {
  EADDRINUSE: ({ port }) =>
    `Another process has the port: stop that one, or give another in ${port} (0 takes a free one)`,
  EACCES: ({ port }) => `Only root may open it: give a ${port} from 1024 on`,
  EADDRNOTAVAIL: ({ host }) => `No network card of this machine has the address: correct ${host}`,
  ENOTFOUND: ({ host }) => `No name server knows the host: correct ${host}`,
}
