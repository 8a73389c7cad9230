import { expect, it } from 'vitest'
import { titleFrom } from '../../core/dialogue.ts'
import { wordsIn } from '../../core/words.ts'
import { createAnswerFrames } from '../answer-frames.ts'
import { framesOf } from '../change-frames.ts'
import { shownTitle } from './title.ts'

const korean = wordsIn('ko')

it('a title without words is read in the reader’s language, and every other one as it is', () => {
  expect(shownTitle(korean, titleFrom(' @Parley '))).toBe('새 대화')
  expect(shownTitle(wordsIn('en'), titleFrom(''))).toBe('New dialogue')
  expect(shownTitle(korean, 'High tide in Brest')).toBe('High tide in Brest')
})

it('a page that is open is told so too', () => {
  const told = framesOf(
    { viewer: { memberId: 'ada', identityIds: [] }, language: 'ko', dialogueId: 'd' },
    {
      head: { title: titleFrom(''), platform: 'web', titleBy: 'first_words', revision: 1 },
      revision: 1,
      messages: [],
      turns: [],
      revision: 1,
    },
    createAnswerFrames('d', undefined),
    undefined,
  )
  expect(told).toMatchObject([{ frame: { type: 'dialogue', title: '새 대화' } }])
})
