import type { Context } from 'hono'
import { type Authority, authorityOf, mayAudit, type WorkspaceRoles } from '../../core/authority.ts'
import { ParleyError } from '../../core/errors.ts'
import { parseWorkspace, type Workspace } from '../../core/workspace.ts'
import type { WebEnv } from '../context.ts'

/**
 * Who asks of the administration's API, and of which workspace. Throws `unauthenticated`, `forbidden` for who neither
 * manages nor audits it, `not_found` for what is no workspace.
 */
export async function adminAsking(
  c: Context<WebEnv>,
  roles: Pick<WorkspaceRoles, 'of'>,
  asked: string | undefined,
): Promise<{ readonly authority: Authority; readonly workspace: Workspace | undefined }> {
  const signedIn = c.get('signedIn')
  if (!signedIn) throw new ParleyError('unauthenticated', 'Sign in first.')
  const authority = authorityOf(signedIn.member, await roles.of(signedIn.member.id))
  const workspace = asked === undefined ? undefined : workspaceNamed(asked)
  if (asked !== undefined && !workspace) throw new ParleyError('not_found', 'There is no such workspace.')
  if (!mayAudit(authority, workspace)) throw new ParleyError('forbidden', 'This is for those who manage it.')
  return { authority, workspace }
}

/** `slack:T1`, or the bare id: Discord's are numbers, Slack's begin with T or E. */
function workspaceNamed(text: string): Workspace | undefined {
  const whole = parseWorkspace(text)
  if (whole) return whole
  if (/^\d+$/.test(text) || text === '@me') return { platform: 'discord', workspaceId: text }
  if (/^[TE][A-Z0-9]+$/.test(text)) return { platform: 'slack', workspaceId: text }
  return text === 'web' ? { platform: 'web', workspaceId: text } : undefined
}
