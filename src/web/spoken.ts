import { ParleyError } from '../core/errors.ts'

/** What people type, checked; each throws `invalid` and names its field. */

export const maxTextLength = 100_000
const maxTitleLength = 200
const maxClientIdLength = 100

export function checkText(text: string): string {
  const words = text.trim()
  if (words === '') throw wrong('text', 'required', 'Write something first.')
  if (words.length > maxTextLength) throw wrong('text', 'too_long', 'This is too long for one message.')
  return words
}

export function checkTitle(title: string): string {
  const words = title.replace(/\s+/gu, ' ').trim()
  if (words === '') throw wrong('title', 'required', 'A title needs at least one character.')
  if (words.length > maxTitleLength) throw wrong('title', 'too_long', 'This is too long for a title.')
  return words
}

export function checkClientId(newId: () => string, clientId: string | undefined): string {
  if (clientId === undefined) return newId()
  if (clientId === '' || clientId.length > maxClientIdLength)
    throw wrong('clientId', clientId === '' ? 'required' : 'too_long', 'This is no id for a message.')
  return clientId
}

export function agentNotOffered(): ParleyError {
  return wrong('agent', 'not_offered', 'There is no such agent.')
}

function wrong(field: string, code: 'required' | 'too_long' | 'not_offered', message: string): ParleyError {
  return new ParleyError('invalid', message, { fields: [{ field, code }] })
}
