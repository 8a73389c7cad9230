import type { Platform } from './thread.ts'

/** What the owners decided for the whole installation. */
export interface InstallationSettings {
  /** Every web Dialogue can be read by anybody at /public. Off unless set. */
  readonly publicHistory: boolean
  /** Visitors may try Parley at /demo without an account. Off unless set. */
  readonly demo: boolean
  /** What programs send through the relay is kept word for word, with its answers. Off unless set. */
  readonly keepsRelayed: boolean
  /** Members may use keys of their own for model services through the relay. On unless set to false. */
  readonly passesOwnKeys: boolean
  /** An IANA name: in which days and months are counted where no workspace says otherwise. UTC unless set. */
  readonly timeZone: string
}

/** What was decided for one workspace. */
export interface WorkspaceSettings {
  /** Whoever spoke in a channel's Dialogue may publish it. Off unless set. */
  readonly publishesChannels: boolean
  /** As the installation's, for those whose home it is. Off unless set. */
  readonly keepsRelayed: boolean
  /** An IANA name; that of the installation unless set. */
  readonly timeZone: string
}

export interface Settings {
  installation(): Promise<InstallationSettings>
  changeInstallation(change: Partial<InstallationSettings>): Promise<void>
  workspace(platform: Platform, workspaceId: string): Promise<WorkspaceSettings>
  changeWorkspace(platform: Platform, workspaceId: string, change: Partial<WorkspaceSettings>): Promise<void>
}
