/**
 * A message as it was written, in Markdown. Throws when it cannot be had.
 * @param {string} dialogueId
 * @param {HTMLElement} article
 * @returns {Promise<string>}
 */
export async function sourceOf(dialogueId, { dataset }) {
  const query = new URLSearchParams({ before: String(Number(dataset['position']) + 1), limit: '1' })
  const answer = await fetch(`/api/v1/dialogues/${dialogueId}?${query}`)
  const { messages } = await answer.json()
  const [message] = messages
  if (message?.id !== dataset['id']) throw new Error('This message is not there any more.')
  return message.text
}
