import type { StoredAttachment } from './entry.ts'
import { invalidField, Refusal } from './errors.ts'
import { isJson, readForm, tooLong } from './form.ts'
import type { Form, Json } from './form.ts'

/** What a sender asks a message to be; `undefined` is "not mentioned", which an edit leaves as it was. */
export interface Draft {
  readonly content?: string | undefined
  readonly embeds?: readonly unknown[] | undefined
  readonly components?: readonly unknown[] | undefined
  readonly flags?: number | undefined
  readonly nonce?: string | number | undefined
  readonly enforceNonce?: boolean | undefined
  readonly tts?: boolean | undefined
  readonly allowedMentions?: Json | undefined
  readonly replyTo?: { readonly messageId: string; readonly failIfNotExists: boolean } | undefined
  /** Ids of attachments an edit keeps. */
  readonly keptAttachments?: readonly string[] | undefined
  readonly attachments?: readonly StoredAttachment[] | undefined
}

const maxContent = 2000
const maxNonce = 25
const componentsV2 = 1 << 15
export const ephemeral = 1 << 6
export const suppressEmbeds = 1 << 2
/** Flags a sender may set: SuppressEmbeds, Ephemeral, SuppressNotifications, IsComponentsV2. */
const settableFlags = suppressEmbeds | ephemeral | (1 << 12) | componentsV2

/** Reads a message body, holding it to Discord's size limits. */
export function readDraft(body: unknown): Draft {
  const form = readForm(body)
  const draft: Draft = {
    content: form.has('content') ? (form.text('content', { max: maxContent }) ?? '') : undefined,
    embeds: form.has('embeds') ? (form.list('embeds', 10) ?? []) : undefined,
    components: form.has('components') ? (form.list('components') ?? []) : undefined,
    flags: form.has('flags') ? (form.number('flags') ?? 0) & settableFlags : undefined,
    nonce: readNonce(form),
    enforceNonce: form.flag('enforce_nonce'),
    tts: form.flag('tts'),
    allowedMentions: form.form('allowed_mentions')?.json,
    replyTo: readReference(form),
    keptAttachments: readKept(form),
  }
  checkEmbeds(draft.embeds ?? [])
  checkComponents(draft)
  return draft
}

function readNonce(form: Form): string | number | undefined {
  if (typeof form.json['nonce'] === 'number') return form.number('nonce')
  return form.text('nonce', { max: maxNonce })
}

function readReference(form: Form): Draft['replyTo'] {
  const reference = form.form('message_reference')
  const messageId = reference?.text('message_id')
  if (reference === undefined || messageId === undefined) return undefined
  return { messageId, failIfNotExists: reference.flag('fail_if_not_exists') ?? true }
}

function readKept(form: Form): readonly string[] | undefined {
  if (!form.has('attachments')) return undefined
  return (form.list('attachments') ?? []).flatMap(item => (isJson(item) ? [String(item['id'])] : []))
}

function checkEmbeds(embeds: readonly unknown[]) {
  const lengths = embeds.map((embed, index) => {
    const form = readForm(embed, ['embeds', String(index)])
    const title = form.text('title', { max: 256 }) ?? ''
    return title.length + (form.text('description', { max: 4096 }) ?? '').length
  })
  if (lengths.reduce((a, b) => a + b, 0) > 6000)
    throw invalidField(['embeds'], 'MAX_EMBED_SIZE_EXCEEDED', 'Embed size exceeds maximum size of 6000')
}

function checkComponents({ components, flags, content }: Draft) {
  if (!components) return
  const cards = ((flags ?? 0) & componentsV2) !== 0
  if (cards && content)
    throw invalidField(
      ['content'],
      'MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2',
      "The 'content' field cannot be used when using MessageFlags.IS_COMPONENTS_V2",
    )
  if (!cards && components.length > 5) throw tooLong(['components'], 5)
  const all = components.flatMap((one, index) => flatten(one, ['components', String(index)]))
  if (all.length > 40) throw tooLong(['components'], 40)
  let text = 0
  for (const { form, path } of all) {
    form.text('custom_id', { min: 1, max: 100 })
    form.text('label', { max: 80 })
    text += (form.text('content', { min: 1, max: 4000 }) ?? '').length
    if (form.number('type') === 1) form.list('components', 5)
    if (text > 4000) throw tooLong([...path, 'content'], 4000)
  }
}

function flatten(component: unknown, path: readonly string[]): { form: Form; path: readonly string[] }[] {
  const form = readForm(component, path)
  const inner = (form.list('components') ?? []).flatMap((one, index) =>
    flatten(one, [...path, 'components', String(index)]),
  )
  return [{ form, path }, ...inner]
}

/** Refuses a message that would show nothing. */
export function refuseEmpty(message: {
  readonly content: string
  readonly embeds: readonly unknown[]
  readonly components: readonly unknown[]
  readonly attachments: readonly unknown[]
  readonly flags: number
}): void {
  const { content, embeds, components, attachments, flags } = message
  const shown = embeds.length + attachments.length + ((flags & componentsV2) !== 0 ? components.length : 0)
  if (content.trim() === '' && shown === 0) throw new Refusal(50006)
}
