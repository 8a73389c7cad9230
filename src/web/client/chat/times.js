/** Times as the reader's own clock says them; today's without the date. @param {ParentNode} within */
export function localTimes(within) {
  const language = document.documentElement.lang
  const today = new Date().toDateString()
  for (const time of within.querySelectorAll('time[data-short]')) {
    if (!(time instanceof HTMLTimeElement)) continue
    const at = new Date(time.dateTime)
    const long = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' }).format(at)
    const isToday = at.toDateString() === today
    time.textContent = isToday ? new Intl.DateTimeFormat(language, { timeStyle: 'short' }).format(at) : long
    time.title = long
  }
}
