// The page that every report is printed on.
import { fingerprintOf, parseVkey } from '../../../domain/log/vkey.ts'
import type { ExportContext } from '../bundle/bundle-parts.ts'
import { type Html, html } from './html.ts'

/**
 * The style is part of the page, and loads nothing: a page looks the same in ten years, and on paper.
 * It holds no character that HTML escapes.
 */
const STYLE = `
body { font: 15px/1.45 system-ui, sans-serif; max-width: 52rem; margin: 2rem auto; padding: 0 1rem; color: #111; background: #fff }
h1 { font-size: 1.5rem } h2 { font-size: 1.1rem; margin: 1.6rem 0 .4rem; break-after: avoid }
table { border-collapse: collapse; width: 100% } th, td { text-align: left; vertical-align: top; padding: .25rem .6rem .25rem 0; border-bottom: 1px solid #ccc }
tr { break-inside: avoid } th { font-weight: 600 } .mono, code { font-family: ui-monospace, monospace; font-size: .86em; overflow-wrap: anywhere }
.note { color: #444; font-size: .9em } .verdict { border: 1px solid #111; padding: .6rem .9rem; font-size: 1.05rem }
@media print { body { margin: 0; max-width: none; font-size: 10.5pt } }
`

/** A page of a bundle, for people. The evidence itself is `events.jsonl`. */
export function reportPage(context: ExportContext, title: string, main: Html): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>${title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>${STYLE}</style>
</head>
<body>
<h1>${title}</h1>
${main}
${proofSection(context)}
</body>
</html>
`.text
}

export function htmlTable(
  head: readonly string[],
  rows: readonly (readonly (Html | string)[])[],
): Html {
  return html`<table><thead><tr>${head.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>${rows.map((cells) => html`<tr>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>\n`)}</tbody></table>`
}

export function facts(rows: readonly (readonly [string, Html | string])[]): Html {
  return html`<table><tbody>${rows.map(([name, value]) => html`<tr><th scope="row">${name}</th><td>${value}</td></tr>\n`)}</tbody></table>`
}

export function mono(text: string): Html {
  return html`<span class="mono">${text}</span>`
}

/** A time in UTC, with its milliseconds. */
export function utc(at: string | number): string {
  const iso = new Date(at).toISOString()
  return `${iso.slice(0, 10)} ${iso.slice(11, 23)} UTC`
}

function proofSection({ checkpoint, signer, madeAt, madeBy, software }: ExportContext): Html {
  const key = parseVkey(signer.vkey)
  return html`<h2>How this can be checked</h2>
<p>This page is a view; the evidence is <code>events.jsonl</code>. Each event in it is part of a log over which the
service signs checkpoints, and the files in <code>proofs/</code> show that it is. With the public key of the log, <em>from
somebody you trust and not from this bundle</em>, the command</p>
<p><code>node verify.mjs . --key KEY</code></p>
<p>checks all of it, without a network and without the service; it runs on Node 18 or later, and on Deno. Take
<code>verify.mjs</code> from elsewhere, too, if you trust nobody who handed this on; the format is described, so anybody can
write another. <strong>Not shown</strong> by any log: that what was recorded is true, and that something was not left out
before it was recorded.</p>
${facts([
  ['Log', mono(signer.name)],
  ['Key, by its fingerprint', mono(key === undefined ? 'not known' : fingerprintOf(key))],
  [
    'Checkpoint',
    `number ${checkpoint.number}, over ${checkpoint.size} events, signed at ${utc(checkpoint.at)}`,
  ],
  ['Taken from the log', `${utc(madeAt)} by ${Object.values(madeBy).slice(0, 1).join()}`],
  ['With', software],
])}
<pre class="mono">${checkpoint.note}</pre>`
}
