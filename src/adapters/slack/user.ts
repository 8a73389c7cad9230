import type { SlackApi } from './client.ts'
import { isSlackCode } from './errors.ts'

/** What Slack tells of a person; undefined of whom it does not know or does not show, such as people of another company. */
export async function readUser(slack: Pick<SlackApi, 'call'>, userId: string) {
  try {
    return (await slack.call('users.info', web => web.users.info({ user: userId }))).user
  } catch (thrown) {
    if (isSlackCode(thrown, 'user_not_found', 'user_not_visible', 'users_not_found')) return undefined
    throw thrown
  }
}
