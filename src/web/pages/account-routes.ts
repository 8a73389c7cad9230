import { Hono } from 'hono'
import type { WebEnv } from '../context.ts'
import type { AccountPages } from './account-pages.ts'
import { avatarRoutes } from './avatars.ts'
import { emailVerifyRoutes } from './email-verify.ts'
import { forgetPasswordRoutes } from './forget-password.ts'
import { loginRoutes } from './login.ts'
import { logoutRoutes } from './logout.ts'
import { passwordResetRoutes } from './password-reset.ts'
import { profileRoutes } from './profile.ts'
import { registerRoutes } from './register.ts'
import { settingsRoutes } from './settings.ts'

/** Every page of accounts. */
export function accountRoutes(deps: AccountPages): Hono<WebEnv> {
  const app = new Hono<WebEnv>()
  const makers = [
    loginRoutes,
    logoutRoutes,
    registerRoutes,
    emailVerifyRoutes,
    forgetPasswordRoutes,
    passwordResetRoutes,
    profileRoutes,
    settingsRoutes,
    avatarRoutes,
  ]
  for (const make of makers) app.route('/', make(deps))
  return app
}
