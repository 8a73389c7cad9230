import type { Jobs } from './job.ts'

/** The kind of the job that shows a person Parley's own page on their platform. */
export const homeJobKind = 'home'

/** Enqueues showing the page anew; with a link when it was asked for. */
export function showHome(
  jobs: Jobs,
  identityId: string,
  wantsLink = false,
  workspaceId: string | null = null,
): Promise<void> {
  return jobs.enqueue({
    kind: homeJobKind,
    lane: `home:${identityId}`,
    payload: { identityId, wantsLink, workspaceId },
  })
}
