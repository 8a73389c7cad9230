/** The frame of the admin pages; each of their sections has words of its own. */
export const admin = {
  heading: 'Admin',
  /** The whole installation, where one of its workspaces could be chosen. */
  everything: 'All of Parley',
  workspace: 'Workspace',
  sections: {
    overview: 'Overview',
    members: 'Members',
    channels: 'Channels',
    agents: 'Agents',
    quotas: 'Quotas',
    usage: 'Usage',
    prices: 'Prices',
    providers: 'Providers',
    policy: 'Policy',
    retention: 'Retention',
    audit: 'Audit log',
    glass: 'Broken glass',
    settings: 'Settings',
  },
}
