/** Offers the browser's time zone to who has chosen none. */

const zones = document.querySelector('#timeZone')
if (zones instanceof HTMLSelectElement && zones.value === '') {
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone
  if ([...zones.options].some(option => option.value === here)) zones.value = here
}
