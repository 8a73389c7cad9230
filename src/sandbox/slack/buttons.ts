import { type Fields, isFields, textOf } from './args.ts'
import type { StoredMessage } from './message.ts'

/** Something to press in a message, with what Slack reports of it when it is pressed. */
export interface Button {
  /** The action_id, with the value behind it where the action_id alone would not tell two apart. */
  readonly id: string
  readonly label: string
  readonly danger: boolean
  readonly action: Fields
}

export function buttonsOf(message: StoredMessage): readonly Button[] {
  const streamed = message.edited ? [] : (message.stream?.pieces ?? [])
  const blocks = [
    ...streamed.flatMap(piece => (piece.kind === 'blocks' ? piece.blocks : [])),
    ...message.blocks,
  ]
  return buttonsIn(blocks)
}

/** Everything to press in blocks, wherever they stand. */
export function buttonsIn(blocks: readonly Fields[]): readonly Button[] {
  const found = blocks.flatMap(block => elementsOf(block).flatMap(element => pressable(element, block)))
  const count = (id: string) => found.filter(button => button.id === id).length
  return found.map(button =>
    count(button.id) > 1 ? { ...button, id: `${button.id}:${textOf(button.action['value'])}` } : button,
  )
}

function elementsOf(block: Fields): readonly Fields[] {
  const { elements, accessory } = block
  const listed = Array.isArray(elements) ? elements.filter(isFields) : []
  return isFields(accessory) ? [...listed, accessory] : listed
}

function pressable(element: Fields, block: Fields): readonly Button[] {
  const { type, action_id, value, text, style } = element
  const base = { action_id: textOf(action_id), block_id: textOf(block['block_id']), type: textOf(type) }
  switch (type) {
    case 'button':
      return [
        {
          id: base.action_id,
          label: labelOf(text),
          danger: style === 'danger',
          action: {
            ...base,
            text,
            ...(value !== undefined && { value }),
            ...(style !== undefined && { style }),
          },
        },
      ]
    case 'icon_button':
      return [{ id: base.action_id, label: labelOf(text), danger: false, action: { ...base, value } }]
    case 'feedback_buttons':
      return [element['positive_button'], element['negative_button']].filter(isFields).map(choice => ({
        id: base.action_id,
        label: labelOf(choice['text']),
        danger: false,
        action: { ...base, text: choice['text'], value: choice['value'] },
      }))
    default:
      return []
  }
}

const labelOf = (text: unknown) => (isFields(text) ? textOf(text['text']) : '')
