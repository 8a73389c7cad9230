import { overview } from './en/overview.ts'
import { members } from './en/members.ts'
import { glass } from './en/glass.ts'
import { audit } from './en/audit.ts'
import { accounts } from './en/accounts.ts'
import { admin } from './en/admin.ts'
import { agents } from './en/agents.ts'
import { apiDocs } from './en/api-docs.ts'
import { apiKeys } from './en/api-keys.ts'
import { administration, channels, retention } from './en/channels.ts'
import { chats } from './en/chats.ts'
import { demo } from './en/demo.ts'
import { dialogue } from './en/dialogue.ts'
import { frame } from './en/frame.ts'
import { linking } from './en/linking.ts'
import { lists } from './en/lists.ts'
import { mail } from './en/mail.ts'
import { policies } from './en/policies.ts'
import { problems } from './en/problems.ts'
import { profile } from './en/profile.ts'
import { providers } from './en/providers.ts'
import { prices } from './en/prices.ts'
import { usage } from './en/usage.ts'
import { quotas } from './en/quotas.ts'
import { quota } from './en/quota.ts'
import { sharing } from './en/sharing.ts'
import { signIn } from './en/sign-in.ts'

/** Every sentence of the web in English, by page; the other languages have the same keys. */
export const en = {
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

export type Words = typeof en
