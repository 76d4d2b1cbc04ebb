// The pages work without this. It shows times in the reader's zone, prints, copies, and brings a
// sale that moves up to date.

const ZONE_KEY = 'plg-audit-zone'
/** After attempts that failed, the wait doubles up to this. */
const REFRESH_MAX_MS = 30_000
const REQUEST_TIMEOUT_MS = 10_000
const COPIED_FOR_MS = 2_000

const zoneButton = document.getElementById('zone')
let zone = storedZone()

function storedZone() {
  try {
    return localStorage.getItem(ZONE_KEY) === 'utc' ? 'utc' : 'local'
  } catch {
    return 'local'
  }
}

function storeZone() {
  try {
    localStorage.setItem(ZONE_KEY, zone)
  } catch {
    // Storage is off: the choice holds for this page.
  }
}

const two = (number) => String(number).padStart(2, '0')

function localText(date) {
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join('-')
  const time = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':')
  return `${day} ${time}`
}

/** What the server wrote, in UTC, is kept in `title` while local time is shown, and the reverse. */
function showTimes(root) {
  for (const tag of root.querySelectorAll('time')) {
    const utc = `${tag.dateTime.slice(0, 10)} ${tag.dateTime.slice(11, 19)} UTC`
    const local = localText(new Date(tag.dateTime))
    tag.textContent = zone === 'utc' ? utc : local
    tag.title = zone === 'utc' ? `${local} local time` : utc
  }
}

function showZone() {
  const name = Intl.DateTimeFormat().resolvedOptions().timeZone
  zoneButton.textContent = zone === 'utc' ? 'Times: UTC' : `Times: ${name}`
  zoneButton.title = zone === 'utc' ? `Show times in ${name}` : 'Show times in UTC'
  showTimes(document)
}

zoneButton.hidden = false
zoneButton.addEventListener('click', () => {
  zone = zone === 'utc' ? 'local' : 'utc'
  storeZone()
  showZone()
})
showZone()

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
    button.textContent = 'Copied'
    setTimeout(() => {
      button.textContent = 'Copy'
    }, COPIED_FOR_MS)
  })
}

const filters = document.getElementById('filters')
// On a narrow screen the sales come first, unless somebody filtered.
if (filters?.dataset.idle !== undefined && matchMedia('(max-width: 900px)').matches) {
  filters.open = false
}

const live = document.getElementById('live')
/** What the last refresh brought for each part. The page itself may have put times into words since. */
const sent = new Map()
let timer
let failures = 0

const refreshMs = () => Number(live.dataset.refreshMs)

function partsOf(root) {
  return root.querySelectorAll('[data-part]')
}

function takeOver(fresh) {
  live.className = fresh.className
  live.dataset.refreshMs = fresh.dataset.refreshMs
  for (const part of partsOf(fresh)) {
    const name = part.dataset.part
    if (sent.get(name) === part.innerHTML) continue
    sent.set(name, part.innerHTML)
    replace(live.querySelector(`[data-part="${name}"]`), part)
  }
}

/** Keeps what the reader opened open, and the focus where it was. */
function replace(old, fresh) {
  const open = [...old.querySelectorAll('details[open]')].map(({ id }) => id)
  const focused = old.contains(document.activeElement) ? placeOf(old, document.activeElement) : -1
  old.replaceChildren(...fresh.childNodes)
  for (const id of open) document.getElementById(id)?.setAttribute('open', '')
  showTimes(old)
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
    const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html')
    takeOver(fresh.getElementById('live'))
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
