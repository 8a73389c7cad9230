import type { Store, Stores } from '../../core/store.ts'
import { createAgentPlaces } from './agent-places.ts'
import { createAgentWishes, createKeptAgents } from './agents.ts'
import { createApiKeys } from './api-keys.ts'
import { createBranches } from './branches.ts'
import { createChanges } from './changes.ts'
import { createAudits } from './audits.ts'
import { createBreakGlasses } from './break-glasses.ts'
import type { Database } from './database.ts'
import { createDecisions } from './decisions.ts'
import { createDialogues } from './dialogues.ts'
import { createErasures } from './erasures.ts'
import { createExports } from './exports.ts'
import { createGuides } from './guides.ts'
import { createIdentities } from './identities.ts'
import { createIdempotentReplies } from './idempotent-replies.ts'
import { createJobs } from './jobs.ts'
import { createLogins } from './logins.ts'
import { createLinkCodes } from './link-codes.ts'
import { createMailTokens } from './mail-tokens.ts'
import { createMembers } from './members.ts'
import { createMessages } from './messages.ts'
import { createModelCalls } from './model-calls.ts'
import { createNotices } from './notices.ts'
import { createPlaces } from './places.ts'
import { createPolicies } from './policies.ts'
import { createOverviews } from './overviews.ts'
import { createPlaceNames } from './place-names.ts'
import { createPublications } from './publications.ts'
import { createPrices } from './prices.ts'
import { createQuotas } from './quotas.ts'
import { createQuotaRequests } from './quota-requests.ts'
import { createQuotaRules } from './quota-rules.ts'
import { createProviders } from './providers.ts'
import { createRateLimits } from './rate-limits.ts'
import { createRelayedRequests } from './relayed-requests.ts'
import { createRetention } from './retention.ts'
import { createRoster } from './roster.ts'
import { type Session, sessionOf, withinTransaction } from './session.ts'
import { createSessions } from './sessions.ts'
import { createSetupLinks } from './setup-links.ts'
import { createSignInAttempts } from './sign-in-attempts.ts'
import { createSettings } from './settings.ts'
import { createSummaries } from './summaries.ts'
import { createTeammates } from './teammates.ts'
import { createTurns } from './turns.ts'
import { createUsageReports } from './usage-reports.ts'
import { createWorkspaceRoles } from './workspace-roles.ts'

/** All that is kept, in this database. */
export function createStore(database: Database): Store {
  return {
    ...storesOf(sessionOf(database)),
    atomically: work => database.atomically(handle => work(storesOf(withinTransaction(handle)))),
  }
}

function storesOf(session: Session): Stores {
  return {
    agentPlaces: createAgentPlaces(session),
    agentWishes: createAgentWishes(session),
    apiKeys: createApiKeys(session),
    branches: createBranches(session),
    changes: createChanges(session),
    audits: createAudits(session),
    breakGlasses: createBreakGlasses(session),
    decisions: createDecisions(session),
    dialogues: createDialogues(session),
    erasures: createErasures(session),
    exports: createExports(session),
    idempotentReplies: createIdempotentReplies(session),
    identities: createIdentities(session),
    guides: createGuides(session),
    jobs: createJobs(session),
    keptAgents: createKeptAgents(session),
    logins: createLogins(session),
    linkCodes: createLinkCodes(session),
    mailTokens: createMailTokens(session),
    members: createMembers(session),
    messages: createMessages(session),
    modelCalls: createModelCalls(session),
    notices: createNotices(session),
    places: createPlaces(session),
    policies: createPolicies(session),
    overviews: createOverviews(session),
    placeNames: createPlaceNames(session),
    publications: createPublications(session),
    prices: createPrices(session),
    quotas: createQuotas(session),
    quotaRequests: createQuotaRequests(session),
    quotaRules: createQuotaRules(session),
    providers: createProviders(session),
    rateLimits: createRateLimits(session),
    relayedRequests: createRelayedRequests(session),
    retention: createRetention(session),
    roster: createRoster(session),
    sessions: createSessions(session),
    setupLinks: createSetupLinks(session),
    signInAttempts: createSignInAttempts(session),
    settings: createSettings(session),
    summaries: createSummaries(session),
    teammates: createTeammates(session),
    turns: createTurns(session),
    usageReports: createUsageReports(session),
    workspaceRoles: createWorkspaceRoles(session),
  }
}
