import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Home } from '../../core/home.ts'
import { homeActions, homeBlocks } from './home.ts'
import { parseEvent } from './parse.ts'
import { parseInteraction } from './parse-action.ts'

const installation = { teamId: 'T0ACME', botUserId: 'U0PARLEY' }
const opened = JSON.parse(readFileSync(new URL('fixtures/app-home-opened.json', import.meta.url), 'utf8'))
const ada = { platform: 'slack', realm: 'T0ACME', userId: 'U0ADA' }
const place = { platform: 'slack', workspaceId: 'T0ACME', channelId: 'home' }

const pressed = (actionId: string) => ({
  type: 'block_actions',
  user: { id: 'U0ADA', team_id: 'T0ACME' },
  container: { type: 'view', view_id: 'V1' },
  view: { id: 'V1', type: 'home' },
  trigger_id: '1.2.3',
  actions: [{ action_id: actionId, action_ts: '1763700030.5', type: 'button' }],
})

const home: Home = { name: 'Ada', publicUrl: 'https://parley.test' }
const textOf = (shown: Home) => JSON.stringify(homeBlocks(shown))

describe('App Home, as it is heard', () => {
  it('is a visit when its home tab is opened, and nothing when its messages are', () => {
    expect(parseEvent({ ...opened, event: { ...opened.event, tab: 'home' } }, installation)).toEqual({
      kind: 'visit',
      key: 'home:1763700022.001800:U0ADA',
      place,
      by: ada,
      atMs: 1763700022002,
    })
    expect(parseEvent(opened, installation)).toMatchObject({ kind: 'ignored' })
  })

  it('brings what a button wants; one that only leads somewhere wants nothing', () => {
    for (const wants of ['link', 'unlink'] as const)
      expect(parseInteraction(pressed(homeActions[wants]), installation)).toEqual({
        kind: 'visit',
        key: 'press:1763700030.5:U0ADA',
        place,
        by: ada,
        atMs: 1763700030500,
        wants,
      })
    expect(parseInteraction(pressed(homeActions.open), installation)).toMatchObject({ kind: 'ignored' })
  })
})

describe('App Home, as it is shown', () => {
  it('offers what can be done now: to link, to open the link, or to unlink', () => {
    expect(textOf(home)).toContain(homeActions.link)
    const linkUrl = 'https://parley.test/link/abc'
    expect(textOf({ ...home, linkUrl })).toContain(`"url":"${linkUrl}"`)
    expect(textOf({ ...home, linkUrl })).not.toContain(`"${homeActions.link}"`)
    const linked = textOf({ ...home, linkedTo: { nickname: 'Ada L', username: 'ada' } })
    expect(linked).toContain('*Ada L* (ada)')
    expect(linked).toContain(homeActions.unlink)
    expect(linked).toContain('"confirm"')
  })

  it('keeps within Slack’s lengths, and lets no name mention anybody', () => {
    const long = homeBlocks({ ...home, name: 'A'.repeat(300) })
    expect(long[0]).toMatchObject({ type: 'header' })
    expect(JSON.stringify(long[0]).length).toBeLessThan(300)
    const loud = textOf({ ...home, linkedTo: { nickname: '<!channel>', username: 'x' } })
    expect(loud).not.toContain('<!channel>')
  })
})
