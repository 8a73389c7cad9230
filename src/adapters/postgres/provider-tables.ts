import type { Json } from './tables.ts'

export interface ProviderTables {
  providers: ProviderTable
  setup_links: { hash: string; expires_at: Date }
}

export interface ProviderTable {
  id: string
  name: string
  base_url: string
  models: Json
  position: number
  enabled: boolean
  sends_api_key_header: boolean
  sealed_key: string | null
}
