// The sessions of people on the auditor's pages: a cookie in the place of the key.

import type { FastifyRequest } from 'fastify'
import type { AuthenticateSession } from '../../../application/access/authenticate-session.ts'
import type { ApiKey } from '../../../application/access/key-store.port.ts'
import type { Timer } from '../../../application/base/clock.port.ts'
import { cookieOf } from '../request/cookies.ts'
import { addressOf } from '../request/origin.ts'
import { makeSessionTexts, SESSION_MS } from './session-texts.ts'
import { sourceOf } from './source.ts'

const COOKIE = 'audit-session'

export type Sessions = {
  /** The key of the session of a request; `undefined` where it has none that is good. */
  readonly keyOf: (request: FastifyRequest) => Promise<ApiKey | undefined>
  /** The header `Set-Cookie` that begins a session. */
  readonly begin: (request: FastifyRequest, key: Pick<ApiKey, 'id'>) => string
  /** The header `Set-Cookie` with which the browser forgets it. */
  readonly end: (request: FastifyRequest) => string
}

/** @param publicUrl the address under which people reach the pages, where it is known */
export function makeSessions(deps: {
  readonly clock: Timer
  readonly authenticateSession: AuthenticateSession
  readonly publicUrl: string | undefined
}): Sessions {
  const { authenticateSession, publicUrl } = deps
  const texts = makeSessionTexts(deps.clock)

  return {
    async keyOf(request) {
      // A form sends the cookie, too. Where the browser does not say that it is a form of ours, the cookie
      // alone proves nothing.
      if (request.method === 'POST' && sourceOf(request, publicUrl) !== 'ours') return undefined
      const text = cookieOf(request.headers.cookie, nameFor(request))
      const keyId = text === undefined ? undefined : texts.keyIdOf(text)
      return keyId === undefined ? undefined : authenticateSession(keyId, addressOf(request))
    },

    begin: (request, { id }) => cookie(request, texts.textOf(id), SESSION_MS / 1_000),
    end: (request) => cookie(request, '', 0),
  }

  function cookie(request: FastifyRequest, value: string, seconds: number): string {
    const secure = isSecure(request) ? '; Secure' : ''
    return `${nameFor(request)}=${value}; Path=/audit; Max-Age=${seconds}; HttpOnly; SameSite=Strict${secure}`
  }

  /** With the prefix a browser takes it by https only. `__Host-` would want every path of the host. */
  function nameFor(request: FastifyRequest): string {
    return isSecure(request) ? `__Secure-${COOKIE}` : COOKIE
  }

  /** Fastify believes `X-Forwarded-Proto` of a trusted proxy only. */
  function isSecure({ protocol }: FastifyRequest): boolean {
    return protocol === 'https' || publicUrl?.startsWith('https:') === true
  }
}
