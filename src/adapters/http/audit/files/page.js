// The pages work without this. It offers the zone of the browser, prints, copies, and brings a sale
// that moves up to date.

/** After attempts that failed, the wait doubles up to this. */
const REFRESH_MAX_MS = 30_000
const REQUEST_TIMEOUT_MS = 10_000
const COPIED_FOR_MS = 2_000

const zones = document.getElementById('zones')
const zoneList = zones?.querySelector('ul')

/** Offers the zone that the browser is set to, where the page does not offer it yet. */
function offerZone() {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions()
  const offered = [...zoneList.querySelectorAll('a')].find((link) => link.textContent === timeZone)
  const link = offered ?? document.createElement('a')
  if (offered === undefined) {
    link.href = zoneList.dataset.url + encodeURIComponent(timeZone)
    link.textContent = timeZone
    const item = document.createElement('li')
    item.append(link)
    zoneList.prepend(item)
  }
  const note = document.createElement('small')
  note.textContent = zoneList.dataset.yours
  link.append(' ', note)
}

if (zones !== null) {
  offerZone()
  document.addEventListener('click', ({ target }) => {
    if (!zones.contains(target)) zones.open = false
  })
  zones.addEventListener('keydown', ({ key }) => {
    if (key !== 'Escape') return
    zones.open = false
    zones.querySelector('summary').focus()
  })
}

const printButton = document.getElementById('print')
if (printButton !== null) {
  printButton.hidden = false
  printButton.addEventListener('click', () => window.print())
}

for (const button of document.querySelectorAll('[data-copy]')) {
  if (navigator.clipboard === undefined) continue
  button.hidden = false
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent)
    const { textContent } = button
    button.textContent = button.dataset.copied
    setTimeout(() => {
      button.textContent = textContent
    }, COPIED_FOR_MS)
  })
}

const filters = document.getElementById('filters')
// On a narrow screen the sales come first, unless somebody filtered.
if (filters?.dataset.idle !== undefined && matchMedia('(max-width: 900px)').matches) {
  filters.open = false
}

const live = document.getElementById('live')
/** What the last refresh brought for each part. */
const sent = new Map()
let timer
let failures = 0

const refreshMs = () => Number(live.dataset.refreshMs)

function partsOf(root) {
  return root.querySelectorAll('[data-part]')
}

/** The head of the printed pages is a part, too, and stands outside of the sale. */
function takeOver(page) {
  const fresh = page.getElementById('live')
  live.className = fresh.className
  live.dataset.refreshMs = fresh.dataset.refreshMs
  for (const part of partsOf(page)) {
    const name = part.dataset.part
    if (sent.get(name) === part.innerHTML) continue
    sent.set(name, part.innerHTML)
    replace(document.querySelector(`[data-part="${name}"]`), part)
  }
}

/** Keeps what the reader opened open, and the focus where it was. */
function replace(old, fresh) {
  const open = [...old.querySelectorAll('details[open]')].map(({ id }) => id)
  const focused = old.contains(document.activeElement) ? placeOf(old, document.activeElement) : -1
  old.replaceChildren(...fresh.childNodes)
  for (const id of open) document.getElementById(id)?.setAttribute('open', '')
  if (focused >= 0) focusable(old)[focused]?.focus({ preventScroll: true })
}

function focusable(root) {
  return [...root.querySelectorAll('a[href], button, summary, [tabindex="0"]')]
}

function placeOf(root, element) {
  return focusable(root).indexOf(element)
}

async function refresh() {
  try {
    const signal = AbortSignal.timeout(REQUEST_TIMEOUT_MS)
    const answer = await fetch(location.pathname, { headers: { accept: 'text/html' }, signal })
    // The key is no longer good, or the sale is gone: asking again would not change that.
    if (answer.status >= 400 && answer.status < 500) return
    if (!answer.ok) throw new Error(String(answer.status))
    takeOver(new DOMParser().parseFromString(await answer.text(), 'text/html'))
    failures = 0
  } catch {
    failures += 1
  }
  schedule()
}

function schedule() {
  clearTimeout(timer)
  if (document.hidden || !(refreshMs() > 0)) return
  timer = setTimeout(refresh, Math.min(refreshMs() * 2 ** failures, REFRESH_MAX_MS))
}

if (live !== null) {
  document.addEventListener('visibilitychange', schedule)
  schedule()
}
