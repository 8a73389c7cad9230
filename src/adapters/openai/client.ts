import type OpenAI from 'openai'
import type { Dispatcher } from 'undici'
import { createTransport, defaultTimeouts, type ModelTimeouts } from './transport.ts'

export interface ServiceOptions {
  /** Absent for services that ask for none, such as a model on the same machine. */
  readonly apiKey?: string
  readonly baseUrl: string
  readonly proxyUrl?: string
  readonly timeouts?: Partial<ModelTimeouts>
  /** The key goes as `api-key` too, as Azure takes it. */
  readonly sendsApiKeyHeader?: boolean
  /** How it is reached instead of directly or through `proxyUrl`; redirects are not followed then. */
  readonly dispatcher?: Dispatcher
}

export interface ServiceClient {
  /** The SDK, which is read with the first call: every resource of the API is a module of it. */
  readonly openai: () => Promise<OpenAI>
  readonly timeouts: ModelTimeouts
  /** Takes the key and the proxy's password out of a text. */
  readonly redact: (text: string) => string
}

/** The SDK with everything it would take from the environment or do on its own turned off. */
export function createServiceClient(options: ServiceOptions): ServiceClient {
  const timeouts = { ...defaultTimeouts, ...options.timeouts }
  const key = options.apiKey?.trim()
  const secrets = [key, ...credentialsOf(options.proxyUrl)]
  const connect = async () => {
    const { default: Client } = await import('openai')
    return new Client({
      baseURL: options.baseUrl,
      // The SDK insists on a key; the header made of it is dropped again where there is none.
      apiKey: key || 'none',
      defaultHeaders: {
        ...(key ? {} : { Authorization: null }),
        ...(key && options.sendsApiKeyHeader ? { 'api-key': key } : {}),
      },
      adminAPIKey: null,
      organization: null,
      project: null,
      webhookSecret: null,
      maxRetries: 0,
      timeout: timeouts.firstByteMs,
      logLevel: 'off',
      fetch: createTransport(timeouts, options),
    })
  }
  let client: Promise<OpenAI> | undefined
  return { openai: () => (client ??= connect()), timeouts, redact: text => withoutSecrets(text, secrets) }
}

function credentialsOf(url: string | undefined): readonly string[] {
  if (!url || !URL.canParse(url)) return []
  const { password } = new URL(url)
  return [password, decodeURIComponent(password)]
}

function withoutSecrets(text: string, secrets: readonly (string | undefined)[]): string {
  return secrets.reduce<string>((kept, secret) => (secret ? kept.replaceAll(secret, '…') : kept), text)
}
