// The routes that prove that the log only grows: its newest checkpoint, and proofs of consistency.

import type { FastifyPluginAsync } from 'fastify'
import type { CheckpointLog } from '../../../application/checkpoints/checkpoint-log.port.ts'
import type { LogTree } from '../../../application/checkpoints/log-tree.port.ts'
import type { TreeProofs } from '../../../application/checkpoints/tree-proofs.ts'
import { base64Of } from '../../../domain/log/hash.ts'
import { askedFor, badParameter, integerParameter } from '../request/query.ts'

export const SIZE = { min: 0, max: Number.MAX_SAFE_INTEGER, otherwise: -1 } as const

export type LogProofDeps = {
  readonly tree: Pick<LogTree, 'size'>
  readonly proofs: Pick<TreeProofs, 'consistency'>
  readonly checkpoints: Pick<CheckpointLog, 'newest'>
  /** The public key of the log, for a reader who does not have it yet. */
  readonly vkey: string
}

/** What a reader outside needs to check that the log only grows. */
export const logProofRoutes: FastifyPluginAsync<LogProofDeps> = async (app, deps) => {
  const { tree, proofs, checkpoints, vkey } = deps
  const audit = { config: { access: ['audit:read'] } } as const

  app.get('/log/checkpoint', audit, async (_request, reply) => {
    const newest = await checkpoints.newest()
    if (newest === undefined) throw app.httpErrors.notFound('There is no checkpoint yet.')
    return reply.type('text/plain; charset=utf-8').header('log-key', vkey).send(newest.note)
  })

  const config = { ...audit.config, query: ['from', 'to'] } as const
  const between = { config, preValidation: sizesAskedFor.preValidation }
  app.get('/log/consistency', between, async (request) => {
    const { from, to } = sizesAskedFor.of(request)
    if (to > (await tree.size())) throw badParameter(request, 'to', 'is more than the log has')
    return { from, to, hashes: (await proofs.consistency(from, to)).map(base64Of) }
  })
}

const sizesAskedFor = askedFor((request) => {
  const from = integerParameter(request, 'from', SIZE)
  const to = integerParameter(request, 'to', SIZE)
  if (from < 0) throw badParameter(request, 'from', 'is missing')
  if (to < 0) throw badParameter(request, 'to', 'is missing')
  if (from > to) throw badParameter(request, 'from', 'must not be above "to"')
  return { from, to }
})
