/**
 * What a model wrote, as a closed union that every renderer has to answer for. Formatting is normalised:
 * strong, emphasis, strike and link each occur at most once on a path, so trees are at most four deep.
 */
export interface Document {
  readonly blocks: readonly Block[]
}

export type Block = Heading | Paragraph | List | Quote | Code | Table | Rule | Literal

export interface Heading {
  readonly kind: 'heading'
  readonly level: number
  readonly content: readonly Inline[]
}

export interface Paragraph {
  readonly kind: 'paragraph'
  readonly content: readonly Inline[]
}

export interface List {
  readonly kind: 'list'
  readonly ordered: boolean
  readonly start: number
  readonly tight: boolean
  readonly items: readonly ListItem[]
}

export interface ListItem {
  /** Absent on an item without a task box. */
  readonly done?: boolean
  readonly blocks: readonly Block[]
}

export interface Quote {
  readonly kind: 'quote'
  readonly blocks: readonly Block[]
}

export interface Code {
  readonly kind: 'code'
  readonly language: string
  /** Without the line end before the closing fence. */
  readonly text: string
  /** The source's own fence, or nothing for indented code. */
  readonly fence?: { readonly marker: '`' | '~'; readonly length: number }
  readonly closed: boolean
}

export type Align = 'left' | 'center' | 'right' | 'none'

export interface Table {
  readonly kind: 'table'
  readonly align: readonly Align[]
  readonly header: readonly (readonly Inline[])[]
  readonly rows: readonly (readonly (readonly Inline[])[])[]
}

export interface Rule {
  readonly kind: 'rule'
}

/** Source lines nested too deeply to be given a structure, shown as they are. */
export interface Literal {
  readonly kind: 'literal'
  readonly text: string
}

export type Inline = Text | Strong | Emphasis | Strike | CodeSpan | Link | Image | Break | Autolink

export interface Text {
  readonly kind: 'text'
  readonly text: string
}

export interface Strong {
  readonly kind: 'strong'
  readonly content: readonly Inline[]
}

export interface Emphasis {
  readonly kind: 'emphasis'
  readonly content: readonly Inline[]
}

export interface Strike {
  readonly kind: 'strike'
  readonly content: readonly Inline[]
}

/** Inline code, and formulas: both are shown letter by letter. */
export interface CodeSpan {
  readonly kind: 'code'
  readonly text: string
}

export interface Link {
  readonly kind: 'link'
  readonly href: string
  readonly title?: string
  readonly content: readonly Inline[]
}

export interface Image {
  readonly kind: 'image'
  readonly src: string
  readonly alt: string
}

export interface Break {
  readonly kind: 'break'
  readonly hard: boolean
}

/** An address that is its own label. */
export interface Autolink {
  readonly kind: 'autolink'
  readonly href: string
  readonly text: string
}
