/**
 * A message's text as blocks and what is in them. Every character of the text comes out again, in order, save the marks
 * that were read as Markdown; where a mark is more likely just a character, it stays one.
 */

import type { SyntaxNode } from '@lezer/common'
import { safeHref, segments } from '../chat/links.ts'
import { grammar } from './markdown-grammar.ts'
import { characterBefore, type Mention, type TextMark, textMarks } from './text-marks.ts'

export type Inline =
  | { readonly kind: 'text' | 'code'; readonly text: string }
  | { readonly kind: 'address'; readonly text: string; readonly href: string }
  | { readonly kind: 'mention'; readonly text: string; readonly id: string }
  | { readonly kind: 'link'; readonly href: string; readonly children: readonly Inline[] }
  | { readonly kind: 'strong' | 'emphasis' | 'strike'; readonly children: readonly Inline[] }

export type Block =
  | { readonly kind: 'text' | 'heading'; readonly children: readonly Inline[] }
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'quote'; readonly children: readonly Block[] }
  | { readonly kind: 'bullets'; readonly items: readonly ListItem[] }
  | { readonly kind: 'numbers'; readonly items: readonly ListItem[]; readonly mark: '.' | ')' }

export interface ListItem {
  /** As it was written; null in a list of bullets. */
  readonly number: number | null
  readonly children: readonly Block[]
}

/** Marks within marks deeper than this stay text. */
const maxDepth = 8
/** Reading takes time that grows with the square of these; nobody means so many. */
const maxMarks = 1_200
const maxBrackets = 200
const maxLines = 600
const tooDeep = /^[\t ]*(?:(?:>|[-+*]|\d{1,9}[.)])[\t ]*){9}/m

const markCharacter = /[*_~`[]|^[\t ]*(?:[>#+-]|\d{1,9}[.)])/m

export function markdownTree(text: string, mentions: readonly Mention[] = []): readonly Block[] {
  const marks = textMarks(text, mentions)
  const reader = new TreeReader(text, marks)
  if (!markCharacter.test(text) || isTangled(text)) return [{ kind: 'text', children: reader.leaf(0, text.length) }]
  return reader.blocks(grammar.parse(masked(text, marks)).topNode, top)
}

/** Whether reading it as Markdown could take long. */
function isTangled(text: string): boolean {
  return (
    times(text, /[*_~`]/g) > maxMarks ||
    times(text, /\[/g) > maxBrackets ||
    times(text, /\n/g) > maxLines ||
    tooDeep.test(text)
  )
}

function times(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0
}

/**
 * The text as the grammar reads it, as long as it was: addresses and mentions become letters, so that no mark is seen in
 * them, and so do the backslash of paths and the punctuation of Chinese, beside which CommonMark sees no end of bold.
 */
function masked(text: string, marks: readonly TextMark[]): string {
  let shown = ''
  let end = 0
  for (const { kind, from, to } of marks) {
    if (kind === 'link' && text.slice(from - 2, from) === '](') continue
    shown += text.slice(end, from) + 'a'.repeat(to - from)
    end = to
  }
  return (shown + text.slice(end)).replace(letterLike, 'a')
}

const letterLike =
  /\\|(?<=[*~])[\u2018-\u201d\u2026\u3001-\u303f\uff01-\uff0f\uff1a-\uff20]|[\u2018-\u201d\u2026\u3001-\u303f\uff01-\uff0f\uff1a-\uff20](?=[*~])/g

const formats: Readonly<Record<string, 'strong' | 'emphasis' | 'strike'>> = {
  StrongEmphasis: 'strong',
  Emphasis: 'emphasis',
  Strikethrough: 'strike',
}

/** How deep a piece lies, and whether in a quote or list, whose marks begin each of its lines. */
interface Place {
  readonly depth: number
  readonly isNested: boolean
}

const top: Place = { depth: 0, isNested: false }

function within({ depth, isNested }: Place): Place {
  return { depth: depth + 1, isNested }
}

class TreeReader {
  readonly #text: string
  readonly #marks: readonly TextMark[]

  constructor(text: string, marks: readonly TextMark[]) {
    this.#text = text
    this.#marks = marks
  }

  /** Of the whole text the gaps between paragraphs are text, too: blank lines are as many as were written. */
  blocks(parent: SyntaxNode, place: Place): readonly Block[] {
    const blocks: Block[] = []
    let run: Inline[] = []
    let end = parent.from
    const isWhole = !place.isNested
    const finishRun = () => {
      if (run.some(inline => !('text' in inline) || inline.text.trim() !== ''))
        blocks.push({ kind: 'text', children: run })
      run = []
    }
    for (const child of childrenOf(parent)) {
      if (/Mark$/.test(child.name)) {
        end = child.to
        continue
      }
      const gap = this.#text.slice(end, child.from)
      const block = this.#block(child, place)
      if (block === null) {
        const isFirst = run.length === 0 && blocks.length === 0
        if (isWhole) run.push(...written(run.length > 0 || isFirst ? gap : gap.replace(/^.*\n/s, '')))
        else if (run.length > 0) run.push(...written('\n'.repeat(times(gap, /\n/g))))
        run.push(...(child.name === 'Paragraph' ? this.#inlines(child, place) : this.leaf(child.from, child.to, place)))
      } else {
        finishRun()
        blocks.push(block)
      }
      end = child.to
    }
    if (isWhole && (run.length > 0 || blocks.length === 0)) {
      run.push(...written(this.#text.slice(end)))
      if (blocks.length === 0) return [{ kind: 'text', children: run }]
    }
    finishRun()
    return blocks
  }

  /** A block that is more than text, or null. */
  #block(node: SyntaxNode, place: Place): Block | null {
    if (place.depth >= maxDepth) return null
    if (node.name === 'FencedCode') return this.#code(node)
    if (node.name === 'Blockquote') return this.#quote(node, place)
    if (node.name === 'BulletList' || node.name === 'OrderedList') return this.#list(node, place)
    if (node.name.startsWith('ATXHeading')) return this.#heading(node, place)
    return null
  }

  /** Without its closing line it is taken for text: a row of tildes is no code. */
  #code(node: SyntaxNode): Block | null {
    const marks = node.getChildren('CodeMark')
    const text = node.getChildren('CodeText').map(part => this.#of(part))
    return marks.length === 2 && text.length > 0 ? { kind: 'code', text: text.join('') } : null
  }

  /** `>:(` and `>_<` are faces. */
  #quote(node: SyntaxNode, place: Place): Block | null {
    if (!/^>[\p{L}\p{N}\s>]/u.test(this.#text.slice(node.from, node.from + 3))) return null
    const children = this.blocks(node, { depth: place.depth + 1, isNested: true })
    return children.length > 0 ? { kind: 'quote', children } : null
  }

  /** A plus before a word is a plus; one line of `- 5` is a number below zero, and of nothing it is a dash. */
  #list(node: SyntaxNode, place: Place): Block | null {
    const items = node.getChildren('ListItem').map(item => {
      const mark = this.#of(item.firstChild ?? item)
      return {
        mark,
        number: Number.parseInt(mark, 10),
        children: this.blocks(item, { depth: place.depth + 1, isNested: true }),
      }
    })
    const [first] = items
    if (first === undefined || first.mark === '+' || items.every(({ children }) => children.length === 0)) return null
    if (node.name === 'BulletList') {
      if (items.length === 1 && /^[-*][\t ]+[.,]?\p{N}/u.test(this.#of(node))) return null
      return { kind: 'bullets', items: items.map(({ children }) => ({ number: null, children })) }
    }
    const mark = first.mark.endsWith(')') ? ')' : '.'
    return { kind: 'numbers', mark, items: items.map(({ number, children }) => ({ number, children })) }
  }

  /** Only the first mark is one: `# C #` is about C#. */
  #heading(node: SyntaxNode, place: Place): Block | null {
    const start = (node.firstChild?.to ?? node.from) + 1
    if (this.#text.slice(start, node.to).trim() === '') return null
    return { kind: 'heading', children: this.#inlines(node, place, start) }
  }

  #inlines(node: SyntaxNode, place: Place, from = node.from, to = node.to): readonly Inline[] {
    const inlines: Inline[] = []
    let end = from
    for (const child of childrenOf(node)) {
      if (child.from < end || child.to > to) continue
      const inline = this.#inline(child, within(place))
      if (inline === null) continue
      inlines.push(...this.leaf(end, child.from, place), ...inline)
      end = child.to
    }
    inlines.push(...this.leaf(end, to, place))
    return inlines
  }

  /** What it stands for; null when it is text itself. */
  #inline(node: SyntaxNode, place: Place): readonly Inline[] | null {
    if (place.depth > maxDepth) return null
    const kind = formats[node.name]
    if (kind !== undefined) {
      if (!this.#isMeant(node)) return this.#inlines(node, place)
      const { from, to } = this.#inner(node)
      return [{ kind, children: this.#inlines(node, place, from, to) }]
    }
    if (node.name === 'InlineCode') {
      const { from, to } = this.#inner(node)
      return [{ kind: 'code', text: plain(this.#text.slice(from, to), place).replace(/^ (.*[^ ].*) $/s, '$1') }]
    }
    return node.name === 'Link' || node.name === 'Image'
      ? (this.#link(node, place) ?? this.#inlines(node, place))
      : null
  }

  /**
   * Bold and italic are less common than what looks like them: `2*3*4`, `2**3**4`, the `__init__` of programs, faces as
   * `^_^`, and the `~~` that makes a Chinese sentence friendlier.
   */
  #isMeant(node: SyntaxNode): boolean {
    const before = characterBefore(this.#text, node.from)
    const mark = this.#text.charAt(node.from)
    if (node.name === 'Strikethrough') return !/[\p{L}\p{N}]/u.test(before)
    if (node.name === 'StrongEmphasis') return mark === '*' && !/[A-Za-z0-9]/.test(before)
    if (mark === '_') return before === '' || /[\s([{"'*~\u2018\u201c\u300c\uff08]/.test(before)
    return !/[\p{L}\p{N}\\]/u.test(before) && !/[\p{L}\p{N}]/u.test(this.#text.charAt(node.to))
  }

  /** A picture from elsewhere is a link to it. A label that itself is an address could name another place than it leads to: both stay as they were written. */
  #link(node: SyntaxNode, place: Place): readonly Inline[] | null {
    const address = node.getChild('URL')
    const [open, close] = node.getChildren('LinkMark')
    if (address === null || open === undefined || close === undefined || node.getChild('LinkTitle') !== null)
      return null
    const href = safeHref(this.#of(address).replace(/^<(.*)>$/s, '$1'))
    const named = this.#text.slice(open.to, close.from)
    if (href === null || named.trim() === '' || segments(named).some(({ kind }) => kind === 'link')) return null
    const children = this.#inlines(node, place, open.to, close.from)
    return [{ kind: 'link', href, children }]
  }

  /** Text with its addresses and mentions. */
  leaf(from: number, to: number, place = top): readonly Inline[] {
    const inlines: Inline[] = []
    let end = from
    for (const mark of this.#marks) {
      if (mark.from >= to) break
      if (mark.from < end || mark.to > to) continue
      if (mark.from > end) inlines.push({ kind: 'text', text: plain(this.#text.slice(end, mark.from), place) })
      const text = this.#text.slice(mark.from, mark.to)
      inlines.push(
        mark.kind === 'link' ? { kind: 'address', text, href: mark.href } : { kind: 'mention', text, id: mark.id },
      )
      end = mark.to
    }
    if (end < to) inlines.push({ kind: 'text', text: plain(this.#text.slice(end, to), place) })
    return inlines
  }

  #inner(node: SyntaxNode): { from: number; to: number } {
    return { from: node.firstChild?.to ?? node.from, to: node.lastChild?.from ?? node.to }
  }

  #of({ from, to }: SyntaxNode): string {
    return this.#text.slice(from, to)
  }
}

function written(text: string): readonly Inline[] {
  return text === '' ? [] : [{ kind: 'text', text }]
}

/** In a quote or list each line begins with the marks of what it is in. */
function plain(text: string, { isNested }: Place): string {
  return isNested ? text.replace(/\n[\t ]*(?:>[\t ]*)*/g, '\n') : text
}

function childrenOf(node: SyntaxNode): readonly SyntaxNode[] {
  const children: SyntaxNode[] = []
  for (let child = node.firstChild; child !== null; child = child.nextSibling) children.push(child)
  return children
}
