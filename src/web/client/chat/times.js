/** As the Member set it; else the browser's own. */
const zone =
  document.querySelector('#words')?.getAttribute('data-zone') ||
  Intl.DateTimeFormat().resolvedOptions().timeZone

/** The server lists days by it from the next page on. */
export function tellZone() {
  document.cookie = `parley_zone=${encodeURIComponent(zone)}; path=/; max-age=31536000; samesite=lax`
}

/** @param {Intl.DateTimeFormatOptions} options */
const format = options =>
  new Intl.DateTimeFormat(document.documentElement.lang, { ...options, timeZone: zone })
const full = format({ dateStyle: 'medium', timeStyle: 'short' })
const clock = format({ timeStyle: 'short' })
const day = format({ dateStyle: 'short' })

/** Times as the reader's clock says them; today's without the date. @param {ParentNode} within */
export function localTimes(within) {
  const today = day.format(Date.now())
  for (const time of within.querySelectorAll('time[data-short]')) {
    if (!(time instanceof HTMLTimeElement)) continue
    const at = new Date(time.dateTime)
    time.title = full.format(at)
    time.textContent = day.format(at) === today ? clock.format(at) : time.title
  }
}
