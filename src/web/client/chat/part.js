import { fragment } from '../trusted.js'

/**
 * A piece of one of our own pages; undefined when it could not be had.
 * @param {string} address
 * @param {'list' | 'messages' | 'fold'} part
 */
export async function fetchPart(address, part) {
  const answer = await fetch(address, { headers: { 'Parley-Part': part }, redirect: 'manual' }).catch(
    () => undefined,
  )
  return answer?.ok ? fragment(await answer.text()) : undefined
}
