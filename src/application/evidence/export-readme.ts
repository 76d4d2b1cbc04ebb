import { fingerprintOf, parseVkey } from '../../domain/log/vkey.ts'
import type { EvidenceScope } from './bundle/bundle-format.ts'
import type { ExportContext } from './bundle/bundle-parts.ts'

/** The README of a bundle: for whoever receives it and knows nothing of it. */
export function readmeText(context: ExportContext, scope: EvidenceScope): string {
  const { signer, checkpoint, madeAt, software } = context
  const key = parseVkey(signer.vkey)
  const isSale = 'sale' in scope
  const about = isSale
    ? `sale ${scope.sale}`
    : `the log from ${scope.from} to ${scope.to}\n(positions ${scope.first} to ${scope.last})`
  const proofs = isSale
    ? 'proofs/        for each event, that it is part of the log (C2SP tlog-proof)'
    : 'proofs/        that the first and the last event, and so all between, are part of the log'
  return `Evidence about ${about}

Taken from the log ${signer.name}
at ${madeAt} by ${software}.

WHAT IS HERE

  report.html    what happened, for people; print it from any browser
  events.csv     the events as a table; a cell that begins with ' was kept from being a formula
  events.jsonl   the events themselves, byte for byte as the log has them: this is the evidence
  ${proofs}
  checkpoints.txt  what the service signed about the whole log; the last one is number ${checkpoint.number}
  manifest.json  what the bundle is about, and the SHA-256 of every file
  manifest.note  the signature of the log over the manifest
  verify.mjs     checks all of it

HOW TO CHECK IT

  node verify.mjs . --key KEY            (Node 18 or later)
  deno run --allow-read verify.mjs . --key KEY

It needs no network and no service. It prints what is wrong, and says "ok" where nothing is; then
which events, which checkpoint and which key it checked, and what it could not check.

KEY is the public key of the log. Get it from somebody you trust, at another time and on another
way than this bundle: whoever could change the bundle could also give you a key that fits. The
service prints it with "gateway audit key". Its fingerprint, to be compared by telephone, is

  ${key === undefined ? 'not known' : fingerprintOf(key)}

For the same reason take verify.mjs from elsewhere if you can. It is a single short file to be
read; docs/evidence.md of the software says how to write another.

WHAT IT SHOWS, AND WHAT NOT

That these events were in the log when checkpoint ${checkpoint.number} was signed, in this order, and that
not one character of them was changed since${isSale ? '' : '; that between the first and the last none is missing'}.
${isSale ? 'Of other sales it holds nothing but hashes.\n' : ''}It does not show that what was recorded is true, nor that something was not left out before it was
recorded. Somebody who has the secret key of the log, and its database, could sign another history:
that is found by comparing with a checkpoint that was kept elsewhere (the daily mail, a witness).
All times are by the clock of the service: in UTC, but for report.html, which names its zone.
`
}
