import type { Pane, PanePatch, Patch, ShownMessage, View } from './wire.ts'

/** What has to be told to a page that shows `before` so that it shows `now`; undefined when nothing has changed. */
export function patchOf(before: View, now: View, elsewhere: readonly string[]): Patch | undefined {
  const channel = panePatch(before.channel, now.channel)
  const thread = panePatch(before.thread, now.thread)
  const trail = newSteps(before, now)
  const patch: Patch = {
    ...(before.connections !== now.connections && { connections: now.connections }),
    ...(!same(before.commands, now.commands) && { commands: now.commands }),
    ...(channel && { channel }),
    ...(thread && { thread }),
    ...(trail.length > 0 && { trail }),
    ...(elsewhere.length > 0 && { elsewhere }),
  }
  return Object.keys(patch).length > 0 ? patch : undefined
}

const same = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other)

function panePatch(before: Pane | undefined, now: Pane | undefined): PanePatch | undefined {
  if (!now) return undefined
  const known = new Map(before?.messages.map(message => [message.id, message]))
  const changed = now.messages.filter(message => !sameMessage(known.get(message.id), message))
  const order = now.messages.map(({ id }) => id)
  const unmoved = same(
    before?.messages.map(({ id }) => id),
    order,
  )
  if (changed.length === 0 && unmoved && before?.cut === now.cut) return undefined
  return { order, changed, cut: now.cut }
}

const sameMessage = (before: ShownMessage | undefined, now: ShownMessage) =>
  before !== undefined && before.html === now.html && same(before, now)

/** Entries are made anew for each view, yet the newest that was told is found by its time and words. */
function newSteps({ trail: before }: View, { trail: now }: View): View['trail'] {
  const last = before.at(-1)
  if (!last) return now
  const at = now.findLastIndex(
    ({ atMs, kind, text }) => atMs === last.atMs && kind === last.kind && text === last.text,
  )
  return now.slice(at + 1)
}
