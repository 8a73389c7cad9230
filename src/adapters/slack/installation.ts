import type { SlackApi } from './client.ts'

/** Parley's account in one workspace, as Slack tells it. */
export interface Installation {
  readonly teamId: string
  /** Set in an Enterprise organisation, whose people are the same in all its workspaces. */
  readonly enterpriseId?: string
  readonly botUserId: string
  readonly botId?: string
  readonly teamName?: string
  /** The workspace's own address. */
  readonly url?: string
}

/** Where a person's account is unique. */
export function realmOf({ enterpriseId, teamId }: Installation): string {
  return enterpriseId ?? teamId
}

/** Asks Slack whose token this is. */
export async function readInstallation(slack: SlackApi): Promise<Installation> {
  const answer = await slack.call('auth.test', web => web.auth.test())
  return {
    teamId: answer.team_id ?? '',
    botUserId: answer.user_id ?? '',
    ...(answer.enterprise_id ? { enterpriseId: answer.enterprise_id } : {}),
    ...(answer.bot_id ? { botId: answer.bot_id } : {}),
    ...(answer.team ? { teamName: answer.team } : {}),
    ...(answer.url ? { url: answer.url } : {}),
  }
}
