import { createComposer } from './chat/composer.js'
import { listenToKeys } from './chat/keys.js'
import { createList } from './chat/list.js'
import { newId } from './chat/kept.js'
import { tellZone } from './chat/times.js'
import { readWords } from './chat/words.js'

/** Where a chat begins: its form is sent as forms are, and leads to the new dialogue. */
document.documentElement.classList.add('js')
const words = readWords()
tellZone()
createList()
listenToKeys(words)
createComposer(words, 'new')
// Come back to by the way back, it is another chat that begins here.
addEventListener('pageshow', ({ persisted }) => {
  const once = document.querySelector('#composer [name="once"]')
  if (persisted && once instanceof HTMLInputElement) once.value = newId()
})
