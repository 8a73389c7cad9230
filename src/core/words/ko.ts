import { overview } from './ko/overview.ts'
import { members } from './ko/members.ts'
import { glass } from './ko/glass.ts'
import { audit } from './ko/audit.ts'
import { accounts } from './ko/accounts.ts'
import { admin } from './ko/admin.ts'
import { agents } from './ko/agents.ts'
import { apiDocs } from './ko/api-docs.ts'
import { apiKeys } from './ko/api-keys.ts'
import { administration, channels, retention } from './ko/channels.ts'
import { chats } from './ko/chats.ts'
import { demo } from './ko/demo.ts'
import { dialogue } from './ko/dialogue.ts'
import { frame } from './ko/frame.ts'
import { linking } from './ko/linking.ts'
import { lists } from './ko/lists.ts'
import { mail } from './ko/mail.ts'
import { policies } from './ko/policies.ts'
import { problems } from './ko/problems.ts'
import { profile } from './ko/profile.ts'
import { providers } from './ko/providers.ts'
import { prices } from './ko/prices.ts'
import { usage } from './ko/usage.ts'
import { quotas } from './ko/quotas.ts'
import { quota } from './ko/quota.ts'
import { sharing } from './ko/sharing.ts'
import { signIn } from './ko/sign-in.ts'
import type { Words } from './en.ts'

export const ko: Words = {
  accounts,
  admin,
  agents,
  apiDocs,
  apiKeys,
  administration,
  channels,
  overview,
  members,
  glass,
  audit,
  chats,
  demo,
  dialogue,
  frame,
  linking,
  lists,
  mail,
  policies,
  problems,
  retention,
  profile,
  providers,
  prices,
  usage,
  quotas,
  quota,
  sharing,
  signIn,
}
