import { AppError } from '../../application/base/errors.ts'

/**
 * Why the port cannot be opened, with what to do about it.
 *
 * @param error the reason of the system; any other error is returned as it is
 */
export function portError(
  error: unknown,
  { host, port }: { readonly host: string; readonly port: number },
): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const remedy = REMEDIES[code]
  if (remedy === undefined) return error
  return new AppError('unavailable', `${host}:${port} cannot be listened on. ${remedy}`, {
    cause: error,
  })
}

const REMEDIES: Readonly<Record<string, string>> = {
  EADDRINUSE:
    'Another process has the port: stop that one, or give another in PORT (0 takes a free one)',
  EACCES: 'Only root may open it: give a PORT from 1024 on',
  EADDRNOTAVAIL: 'No network card of this machine has the address: correct HOST',
  ENOTFOUND: 'No name server knows the host: correct HOST',
}
