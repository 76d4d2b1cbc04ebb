// The page that every report is printed on.
import { fingerprintOf, parseVkey } from '../../../domain/log/vkey.ts'
import type { EpochMs } from '../../../domain/time.ts'
import type { Reader } from '../../words/reader.ts'
import { type Sentence, Time } from '../../words/sentence.ts'
import { preciseTimeText } from '../../words/zone.ts'
import type { ExportContext } from '../bundle/bundle-parts.ts'
import { type Html, html } from './html.ts'
import { sentenceHtml } from './sentence-html.ts'
import { facts, mono } from './table-html.ts'

/** The style is part of the page, and loads nothing: a page looks the same in ten years, and on paper. */
const STYLE = html`<style>
body { font: 15px/1.45 system-ui, sans-serif; max-width: 52rem; margin: 2rem auto; padding: 0 1rem; color: #111; background: #fff }
h1 { font-size: 1.5rem; overflow-wrap: anywhere } h2 { font-size: 1.1rem; margin: 1.6rem 0 .4rem; break-after: avoid }
table { border-collapse: collapse; width: 100% } th, td { text-align: left; vertical-align: top; padding: .25rem .6rem .25rem 0; border-bottom: 1px solid #ccc }
tr { break-inside: avoid } th { font-weight: 600 } .mono, code { font-family: ui-monospace, monospace; font-size: .86em; overflow-wrap: anywhere }
td { overflow-wrap: anywhere } .number { text-align: right; padding: .25rem 0 .25rem .6rem; font-variant-numeric: tabular-nums } tfoot th { text-align: right }
ul { margin: 0; padding: 0; list-style: none } pre { white-space: pre-wrap }
.note { color: #444; font-size: .9em } .verdict { border: 1px solid #111; padding: .6rem .9rem; font-size: 1.05rem; overflow-wrap: anywhere }
.running { display: none }
@media screen and (max-width: 640px) {
  .cards thead { position: absolute; clip-path: inset(50%) } .cards, .cards tbody, .cards tfoot, .cards tr { display: block }
  .cards tr { padding: .4rem 0; border-bottom: 1px solid #ccc } .pairs th { width: 35% }
  .cards td, .cards tfoot th { display: block; padding: .1rem 0; border: 0; text-align: left } .cards td[data-label]::before { content: attr(data-label) ": "; color: #444; font-size: .9em }
}
@page { margin: 12mm 14mm 16mm; @bottom-right { font: 9pt sans-serif; content: counter(page) " / " counter(pages) } }
@media print {
  body { margin: 0; padding: 0; max-width: none; font-size: 10.5pt; font-variant-ligatures: none } tfoot { display: table-row-group } tfoot tr { break-before: avoid }
  main { display: table; width: 100%; table-layout: fixed } .running { display: table-header-group; break-inside: avoid }
  .running div { margin-bottom: .8rem; border-bottom: 1px solid #ccc; color: #444; font-size: 8pt }
}
</style>`

/** A page of a bundle, for people. The evidence itself is `events.jsonl`. */
export function reportPage(context: ExportContext, title: string, main: Html): string {
  return html`<!doctype html>
<html lang="${context.reader.words.language}">
<head>
<meta charset="utf-8">
<title>${title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
${STYLE}
</head>
<body>
<main>
${running(context, title)}
<h1>${title}</h1>
${main}
${proofSection(context)}
</main>
</body>
</html>
`.text
}

/** The head of each printed page. */
function running({ checkpoint, reader }: ExportContext, title: string): Html {
  const { proof, zone } = reader.words.report
  const { number, size } = checkpoint
  const signed = reportSentence(proof.checkpointIs(number, size, new Time(checkpoint.at)), reader)
  return html`<div class="running"><div><strong>${title}</strong> · ${zone(reader.zone.name)} · ${proof.checkpoint}: ${signed}</div></div>`
}

/** A time in the reader's zone, with its milliseconds. */
export function reportTime(at: EpochMs, { zone }: Pick<Reader, 'zone'>): string {
  return preciseTimeText(zone, at)
}

/** A sentence on paper: a term of it leads nowhere. */
export function reportSentence(sentence: Sentence, reader: Reader): Html {
  const { words } = reader
  return sentenceHtml(sentence, {
    words,
    time: (at) => reportTime(at, reader),
    term: ({ text }) => text,
  })
}

function proofSection(context: ExportContext): Html {
  const { checkpoint, signer, madeAt, madeBy, software, reader } = context
  const { proof } = reader.words.report
  const key = parseVkey(signer.vkey)
  const taken = new Time(Date.parse(madeAt) as EpochMs)
  const [who = ''] = Object.values(madeBy)
  const { number, size } = checkpoint
  return html`<h2>${proof.title}</h2>
<p>${reportSentence(proof.lead, reader)}</p>
<p><code>node verify.mjs . --key KEY</code></p>
<p>${reportSentence(proof.onward, reader)} <strong>${proof.notShown}</strong></p>
${facts([
  [proof.log, mono(signer.name)],
  [proof.key, mono(key === undefined ? proof.keyNotKnown : fingerprintOf(key))],
  [
    proof.checkpoint,
    reportSentence(proof.checkpointIs(number, size, new Time(checkpoint.at)), reader),
  ],
  [proof.taken, reportSentence(proof.takenBy(taken, String(who)), reader)],
  [proof.software, software],
])}
<pre class="mono" lang="en">${checkpoint.note}</pre>`
}
