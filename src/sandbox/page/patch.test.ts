import { describe, expect, it } from 'vitest'
import { patchOf } from './patch.ts'
import type { ShownMessage, Step, View } from './wire.ts'

const message = (id: string, html = id): ShownMessage => ({
  id,
  author: { id: 'U0ADA', name: 'Ada', tint: 'umber', bot: false, parley: false },
  html,
  atMs: 0,
  edited: false,
  live: false,
  buttons: [],
  onlyYou: false,
})

const step = (text: string): Step => ({ atMs: 1, kind: 'turn', text })

const view = (messages: readonly ShownMessage[], trail: readonly Step[] = []): View => ({
  version: '1',
  sight: { platform: 'slack', channelId: 'C0SUPPORT', personId: 'U0ADA' },
  connections: 1,
  parley: { id: 'U0PARLEY', name: 'Parley' },
  people: [],
  channels: [],
  commands: [],
  channel: { messages, cut: false },
  trail,
})

describe('what is told to a page', () => {
  it('nothing, when nothing changed', () => {
    expect(patchOf(view([message('1')]), view([message('1')]), [])).toBeUndefined()
  })

  it('one message that grew, and only that', () => {
    expect(
      patchOf(view([message('1'), message('2')]), view([message('1'), message('2', 'more')]), []),
    ).toEqual({
      channel: { order: ['1', '2'], changed: [message('2', 'more')], cut: false },
    })
  })

  it('a message that is gone', () => {
    expect(patchOf(view([message('1'), message('2')]), view([message('2')]), [])).toEqual({
      channel: { order: ['2'], changed: [], cut: false },
    })
  })

  it('further steps of the trail, once', () => {
    const before = view([], [step('one'), step('two')])
    expect(patchOf(before, view([], [step('one'), step('two'), step('three')]), [])).toEqual({
      trail: [step('three')],
    })
    expect(patchOf(before, view([], [step('one'), step('two')]), [])).toBeUndefined()
  })

  it('further steps when the oldest were forgotten meanwhile', () => {
    const before = view([], [step('one'), step('two')])
    expect(patchOf(before, view([], [step('two'), step('three')]), [])).toEqual({ trail: [step('three')] })
  })

  it('connections that closed, and channels in which something happened', () => {
    expect(patchOf(view([]), { ...view([]), connections: 0 }, ['C0ENG'])).toEqual({
      connections: 0,
      elsewhere: ['C0ENG'],
    })
  })
})
