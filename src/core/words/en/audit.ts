const actions: Readonly<Record<string, string>> = {
  role_changed: 'Role changed',
  workspace_role_changed: 'Role in a workspace changed',
  workspace_role_claimed: 'Role in a workspace claimed',
  member_suspended: 'Member suspended',
  member_unsuspended: 'Member let back in',
  sessions_ended: 'Sessions ended',
  account_deleted: 'Account deleted',
  member_erased: 'Member erased',
  dialogue_erased: 'Dialogue erased',
  became_owner: 'Became an owner',
  identity_linked: 'Account linked',
  identity_unlinked: 'Account unlinked',
  dialogue_published: 'Dialogue published',
  dialogue_unpublished: 'Dialogue no longer public',
  glass_broken: 'Glass broken',
  glass_closed: 'Glass closed again',
  quotas_changed: 'Limits changed',
  prices_changed: 'Prices changed',
  policy_changed: 'Policy changed',
  agent_published: 'Agent published',
}

/** Names of what a detail holds. */
const names: Readonly<Record<string, string>> = {
  before: 'Before',
  after: 'After',
  workspace: 'Workspace',
  platform: 'Platform',
  reason: 'Reason',
  minutes: 'Minutes',
  sessions: 'Sessions',
  why: 'Why',
}

export const audit = {
  about: 'Who did what, to whom, when and from where. Nobody can change or delete a line, owners included.',
  who: 'Who',
  whoHint: 'Username',
  action: 'What',
  anyAction: 'Anything',
  subject: 'To whom or what',
  subjectHint: 'Username or id',
  from: 'From',
  to: 'Until',
  find: 'Find',
  csv: 'Download CSV',
  when: 'When',
  where: 'From where',
  detail: 'What exactly',
  parley: 'Parley itself',
  erased: 'someone erased',
  nothing: 'nothing',
  yes: 'yes',
  no: 'no',
  noneTitle: 'Nothing like that',
  none: 'Nothing that fits was done. Take a filter away to see more.',
  showAll: 'Show everything',
  /** A new kind of change is readable before it has words of its own. */
  actionName: (action: string) => actions[action] ?? plain(action),
  detailName: (name: string) => names[name] ?? plain(name),
}

function plain(code: string): string {
  const text = code
    .replaceAll(/_/g, ' ')
    .replaceAll(/([a-z])([A-Z])/g, (_, a: string, b: string) => `${a} ${b.toLowerCase()}`)
  return text.charAt(0).toUpperCase() + text.slice(1)
}
