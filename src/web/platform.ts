import { type ChatPlatform, noRendering } from '../core/platform.ts'
import type { Stores } from '../core/store.ts'
import type { ThreadRef } from '../core/thread.ts'

/** The one Workspace of all web Dialogues. */
export const webWorkspaceId = 'web'

/** The thread of a web Dialogue; each is a channel of its own. */
export function webThread(id: string): ThreadRef {
  return { platform: 'web', workspaceId: webWorkspaceId, channelId: id, threadId: id }
}

/** The web as a chat platform. What is stored is what it shows, so there is nothing to post, and nothing to read. */
export function createWebPlatform({ dialogues }: Pick<Stores, 'dialogues'>): ChatPlatform {
  return {
    platform: 'web',
    open: () => Promise.resolve(noRendering),
    readThread: () => Promise.resolve([]),
    lookUpNames: () => Promise.resolve(new Map()),
    async mayModerate(person, thread) {
      const dialogue = await dialogues.find(thread)
      return dialogue !== undefined && dialogue.ownerId === person.id
    },
  }
}
