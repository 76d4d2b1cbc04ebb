// Tells the requests of our own pages from those that another site makes a browser send.

import type { FastifyInstance, FastifyRequest } from 'fastify'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** A browser may ask for it from a page of ours only. Others may only lead to pages, by a link. */
    fromOurPages?: true
  }
}

/** Who made a browser ask; `unsaid` by a program, and by a browser that says nothing of it. */
export type Source = 'ours' | 'other' | 'unsaid'

/**
 * Reads `Sec-Fetch-Site`, which no page can set (W3C, Fetch Metadata). `none` is an address that a person
 * typed. Browsers leave it out of plain http, but for loopback; there they name the origin of a form.
 * Another port of this host is the same site, but not the same origin: its pages are not ours.
 */
export function sourceOf(request: FastifyRequest, publicUrl: string | undefined): Source {
  const site = request.headers['sec-fetch-site']
  if (site !== undefined) return site === 'same-origin' || site === 'none' ? 'ours' : 'other'
  const origin = request.headers.origin
  if (origin === undefined) return 'unsaid'
  const named = URL.parse(origin)
  if (named === null) return 'other'
  const isPublic = publicUrl !== undefined && named.origin === new URL(publicUrl).origin
  // A `Host` may have the port that its scheme has anyway.
  const asked = URL.parse(`${named.protocol}//${request.host}`)
  return isPublic || named.host === asked?.host ? 'ours' : 'other'
}

/**
 * Refuses what another site makes a browser ask for: whatever writes an event, and whatever is no page
 * that a person sees. To be called before the key is judged: a wrong key would be an event, too.
 */
export function refuseOtherSites(app: FastifyInstance, publicUrl: string | undefined): void {
  app.addHook('onRequest', (request, _reply, done) => {
    const { keyAsPassword, fromOurPages, access } = request.routeOptions.config
    if (keyAsPassword !== true && fromOurPages !== true) return done()
    const source = sourceOf(request, publicUrl)
    // A form without a key of its own has to be ours; a program shows its key.
    const isForeign = source === 'other' || (source === 'unsaid' && access === 'public')
    if (!isForeign || (fromOurPages !== true && isVisit(request))) return done()
    done(app.httpErrors.forbidden('Only a page of the gateway itself may ask for this.'))
  })
}

/** A page that is loaded for a person, and not for a frame, an image or a script. */
function isVisit({ headers }: FastifyRequest): boolean {
  return headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document'
}
