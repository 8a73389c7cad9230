import { accounts } from './ko/accounts.ts'
import { admin } from './ko/admin.ts'
import { agents } from './ko/agents.ts'
import { chats } from './ko/chats.ts'
import { demo } from './ko/demo.ts'
import { dialogue } from './ko/dialogue.ts'
import { frame } from './ko/frame.ts'
import { linking } from './ko/linking.ts'
import { mail } from './ko/mail.ts'
import { problems } from './ko/problems.ts'
import { profile } from './ko/profile.ts'
import { sharing } from './ko/sharing.ts'
import { signIn } from './ko/sign-in.ts'
import type { Words } from './en.ts'

export const ko: Words = {
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
