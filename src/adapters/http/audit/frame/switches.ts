// The switches of the language and of the time zone, in the header of every page.

import { type Html, html } from '../../../../application/evidence/report/html.ts'
import { LANGUAGES, type Language } from '../../../../application/words/words.ts'
import { UTC } from '../../../../application/words/zone.ts'
import { type PageReader, TEXTS } from './reader.ts'
import { shown } from './shown.ts'

export const SWITCH = '/audit/reader'

/** Zones that are offered beside UTC and the one of the browser. Any other is taken, too. */
const OFFERED = [
  UTC.name,
  'Europe/Istanbul',
  'Europe/London',
  'Europe/Berlin',
  'America/New_York',
] as const

/** A link to this page in the other languages. */
export function languageSwitch(reader: PageReader): Html {
  const others = LANGUAGES.filter((language) => language !== reader.words.language)
  return html`${others.map((language) => languageLink(language, reader))}`
}

function languageLink(language: Language, { address }: PageReader): Html {
  const { language: name } = TEXTS[language]
  return html`<a class="switch" href="${switchUrl({ language }, address)}" lang="${language}" hreflang="${language}" rel="nofollow" title="${name}"><span class="wide">${name}</span><span class="narrow">${language.toUpperCase()}</span></a>`
}

/** A menu of zones. The script adds that of the browser, from the address in `data-url`. */
export function zoneSwitch(reader: PageReader): Html {
  const { zone, texts, address } = reader
  const names = OFFERED.some((name) => name === zone.name) ? OFFERED : [zone.name, ...OFFERED]
  const [city = ''] = zone.name.split('/').slice(-1)
  return html`<details class="menu" id="zones"><summary><span class="wide">${texts.frame.times}: ${zone.name}</span><span class="narrow">${city.replaceAll('_', ' ')}</span></summary>
<div class="choices"><p>${shown(texts.frame.chooseZone, reader)}</p><ul data-url="${switchUrl({ zone: '' }, address)}" data-yours="${texts.frame.yourZone}">${names.map(
    (name) =>
      html`<li><a href="${switchUrl({ zone: name }, address)}" rel="nofollow"${name === zone.name && html` aria-current="true"`}>${name}</a></li>`,
  )}</ul></div></details>`
}

function switchUrl(choice: Readonly<Record<string, string>>, address: string): string {
  return `${SWITCH}?${new URLSearchParams({ to: address, ...choice })}`
}
