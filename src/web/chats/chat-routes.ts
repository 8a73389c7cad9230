import { Hono } from 'hono'
import type { FrameRenderer } from '../change-frames.ts'
import type { WebEnv } from '../context.ts'
import { renderBlocks } from '../markdown.ts'
import { actRoutes } from './acts.ts'
import { type ChatPages, messageUrl } from './chat-pages.ts'
import { chatsRoutes } from './chats.ts'
import { dialogueRoutes } from './dialogue.ts'
import { foldRoutes } from './folds.ts'
import { peopleRoutes } from './people.ts'
import { messageArticle } from './message.ts'

/** Every page of reading and writing dialogues. */
export function chatRoutes(deps: ChatPages): Hono<WebEnv> {
  return new Hono<WebEnv>()
    .route('/', chatsRoutes(deps))
    .route('/', actRoutes(deps))
    .route('/', peopleRoutes(deps))
    .route('/', foldRoutes(deps))
    .route('/', dialogueRoutes(deps))
}

/** How our own pages are sent what changes. */
export function createFrameRenderer(urlOf: ChatPages['urlOf']): FrameRenderer {
  return {
    renderBlocks,
    renderMessage(message, viewer, language, thread) {
      const article = messageArticle(message, {
        viewer,
        language,
        urlOf: ref => messageUrl(urlOf, thread, ref),
      })
      if (article instanceof Promise) throw new Error('An article waits for nothing.')
      return article.toString()
    },
  }
}
