// Remembers the language and the time zone that a reader chose, and leads back to the page.

import type { FastifyInstance } from 'fastify'
import { zoneNamed } from '../../../application/words/zone.ts'
import { badParameter, parameter } from '../request/query.ts'
import { pageAt } from './frame/page-address.ts'
import { LANGUAGE_COOKIE, languageNamed, ZONE_COOKIE } from './frame/reader.ts'

const YEAR_S = 31_536_000

/** It needs no key: it shows nothing, and the page that asks for a key has the switches, too. */
export function addSwitchRoute(app: FastifyInstance): void {
  const config = { access: 'public', query: ['language', 'zone', 'to'] } as const
  app.get('/reader', { config }, async (request, reply) => {
    const language = parameter(request, 'language')
    const zone = parameter(request, 'zone')
    if (language !== undefined && languageNamed(language) === undefined) {
      throw badParameter(request, 'language', 'is not known')
    }
    if (zone !== undefined && zoneNamed(zone) === undefined) {
      throw badParameter(request, 'zone', 'is not known')
    }
    const cookies = [
      ...(language === undefined ? [] : [cookie(LANGUAGE_COOKIE, language)]),
      ...(zone === undefined ? [] : [cookie(ZONE_COOKIE, zone)]),
    ]
    const to = pageAt(parameter(request, 'to'))
    reply.header('set-cookie', cookies)
    return reply.redirect(to, 303)
  })
}

/** The values are names of ours and of the time zone data base: no character needs an escape. */
function cookie(name: string, value: string): string {
  return `${name}=${value}; Path=/audit; Max-Age=${YEAR_S}; SameSite=Lax; HttpOnly`
}
