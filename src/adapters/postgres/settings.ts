import type { Settings } from '../../core/settings.ts'
import type { Session } from './session.ts'
import { storedJson } from './stored-text.ts'

export function createSettings({ handle }: Session): Settings {
  const installationZone = async () =>
    zoneIn(await handle.selectFrom('installation_settings').selectAll().execute()) ?? 'UTC'
  return {
    async installation() {
      const rows = await handle.selectFrom('installation_settings').selectAll().execute()
      return {
        publicHistory: isOn(rows, 'publicHistory'),
        demo: isOn(rows, 'demo'),
        keepsRelayed: isOn(rows, 'keepsRelayed'),
        passesOwnKeys: !isOff(rows, 'passesOwnKeys'),
        timeZone: zoneIn(rows) ?? 'UTC',
      }
    },
    async changeInstallation(change) {
      for (const [key, value] of Object.entries(change)) {
        await handle
          .insertInto('installation_settings')
          .values({ key, value: storedJson(value) })
          .onConflict(conflict => conflict.column('key').doUpdateSet({ value: storedJson(value) }))
          .execute()
      }
    },
    async workspace(platform, workspaceId) {
      const rows = await handle
        .selectFrom('workspace_settings')
        .select(['key', 'value'])
        .where('platform', '=', platform)
        .where('workspace_id', '=', workspaceId)
        .execute()
      return {
        publishesChannels: isOn(rows, 'publishesChannels'),
        keepsRelayed: isOn(rows, 'keepsRelayed'),
        timeZone: zoneIn(rows) ?? (await installationZone()),
      }
    },
    async changeWorkspace(platform, workspaceId, change) {
      for (const [key, value] of Object.entries(change)) {
        await handle
          .insertInto('workspace_settings')
          .values({ platform, workspace_id: workspaceId, key, value: storedJson(value) })
          .onConflict(conflict =>
            conflict.columns(['platform', 'workspace_id', 'key']).doUpdateSet({ value: storedJson(value) }),
          )
          .execute()
      }
    },
  }
}

function isOn(rows: readonly { readonly key: string; readonly value: unknown }[], key: string): boolean {
  return rows.find(row => row.key === key)?.value === true
}

function isOff(rows: readonly { readonly key: string; readonly value: unknown }[], key: string): boolean {
  return rows.find(row => row.key === key)?.value === false
}

function zoneIn(rows: readonly { readonly key: string; readonly value: unknown }[]): string | undefined {
  const value = rows.find(row => row.key === 'timeZone')?.value
  return typeof value === 'string' ? value : undefined
}
