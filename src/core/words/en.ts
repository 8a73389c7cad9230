import { accounts } from './en/accounts.ts'
import { admin } from './en/admin.ts'
import { agents } from './en/agents.ts'
import { chats } from './en/chats.ts'
import { demo } from './en/demo.ts'
import { dialogue } from './en/dialogue.ts'
import { frame } from './en/frame.ts'
import { linking } from './en/linking.ts'
import { mail } from './en/mail.ts'
import { problems } from './en/problems.ts'
import { profile } from './en/profile.ts'
import { sharing } from './en/sharing.ts'
import { signIn } from './en/sign-in.ts'

/** Every sentence of the web in English, by page; the other languages have the same keys. */
export const en = {
  accounts,
  admin,
  agents,
  chats,
  demo,
  dialogue,
  frame,
  linking,
  mail,
  problems,
  profile,
  sharing,
  signIn,
}

export type Words = typeof en
