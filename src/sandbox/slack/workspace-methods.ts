import { randomBytes } from 'node:crypto'
import { parley } from '../cast.ts'
import { refuse } from './args.ts'
import type { Method } from './method.ts'
import { type Account, accounts, findAccount, parleyAccount } from './places.ts'

const team = { id: parley.slack.teamId, name: parley.slack.teamName, domain: 'acme' }

const authTest: Method = () => ({
  url: 'https://acme.slack.com/',
  team: team.name,
  user: parleyAccount.name.toLowerCase(),
  team_id: team.id,
  user_id: parleyAccount.id,
  bot_id: parleyAccount.botId,
  is_enterprise_install: false,
})

const openConnection: Method = (_args, { sockets }, { host }) => ({
  url: `ws://${host}${sockets.issuePath()}`,
})

export const describeAccount = (
  { id, name, bot, botId, appId }: Account,
  { deleted, restricted }: { readonly deleted: boolean; readonly restricted: boolean },
) => ({
  id,
  team_id: team.id,
  name: name.toLowerCase(),
  real_name: name,
  deleted,
  is_bot: bot,
  is_app_user: false,
  // Ada made this workspace, as she made its channels.
  is_admin: name === 'Ada',
  is_owner: name === 'Ada',
  is_restricted: restricted,
  tz: 'Europe/Amsterdam',
  tz_label: 'Central European Time',
  tz_offset: 3600,
  profile: {
    real_name: name,
    real_name_normalized: name,
    display_name: name,
    display_name_normalized: name,
    team: team.id,
    ...(bot ? { bot_id: botId, api_app_id: appId } : { email: `${name.toLowerCase()}@acme.example` }),
  },
})

const usersInfo: Method = (args, { world }) => {
  const account = findAccount(args.required('user')) ?? refuse('user_not_found')
  return {
    user: describeAccount(account, {
      deleted: world.isDeactivated(account.id),
      restricted: world.isRestricted(account.id),
    }),
  }
}

const botsInfo: Method = args => {
  const { id, name, botId, appId } =
    accounts.find(account => account.botId === args.required('bot')) ?? refuse('bot_not_found')
  return {
    bot: { id: botId, deleted: false, name, updated: 1_732_182_000, app_id: appId, user_id: id, icons: {} },
  }
}

const publishView: Method = (args, { world }) => {
  const user = args.required('user_id')
  if (!findAccount(user)) refuse('user_not_found')
  const view = args.object('view') ?? refuse('invalid_arguments', '[ERROR] missing required field: view')
  if (view['type'] !== 'home' || !Array.isArray(view['blocks']) || view['blocks'].length > 100) {
    refuse('invalid_arguments', '[ERROR] a home view has at most 100 blocks [json-pointer:/view/blocks]')
  }
  const stored = {
    ...view,
    id: `V${randomBytes(5).toString('hex').toUpperCase()}`,
    hash: randomBytes(8).toString('hex'),
  }
  world.record({ kind: 'home', userId: user, view: stored })
  return { view: stored }
}

export const workspaceMethods: Readonly<Record<string, Method>> = {
  'api.test': args => ({ args: args.all }),
  'auth.test': authTest,
  'apps.connections.open': openConnection,
  'users.info': usersInfo,
  'bots.info': botsInfo,
  'team.info': () => ({ team: { ...team, email_domain: '', icon: {} } }),
  'views.publish': publishView,
}
