import { memo, type ReactNode, useMemo } from 'react'
import { maxTextLength } from '../chat/message.ts'
import { CodeBlock } from './code-block.tsx'
import { type Block, type Inline, type ListItem, markdownTree } from './markdown-tree.ts'
import { isOnlyEmoji } from './only-emoji.ts'
import type { Mention } from './text-marks.ts'
import { words } from './words.ts'

interface MessageTextProps {
  text: string
  /** Whom the author meant by the names in it. */
  mentions: readonly Mention[]
  /** Whose mentions stand out. */
  self: string
  /** Who is here by which name now. */
  members: readonly Mention[]
}

/** What somebody wrote. Its Markdown becomes elements of a short list, made here; nothing in it is ever read as HTML. */
export const MessageText = memo(function MessageText({ text, mentions, self, members }: MessageTextProps) {
  const shown = text.length > maxTextLength ? `${text.slice(0, maxTextLength).replace(/\p{Surrogate}$/u, '')}…` : text
  const blocks = useMemo(() => markdownTree(shown, mentions), [shown, mentions])
  const reader: Reader = { self, nameNow: id => members.find(member => member.id === id)?.name }
  return (
    <>
      <div className="message-text" dir="auto" data-large={isOnlyEmoji(shown) || undefined}>
        {blocks.map((block, index) => blockView(block, index, reader))}
      </div>
      {shown !== text && <p className="hint">{words.cut}</p>}
    </>
  )
})

interface Reader {
  readonly self: string
  nameNow(id: string): string | undefined
}

/** Lists and quotations lie in the direction of what is in them: text with a `dir` of its own would not count for that. */
function blockView(block: Block, key: number, reader: Reader): ReactNode {
  switch (block.kind) {
    case 'text':
      return <p key={key}>{inlineViews(block.children, reader)}</p>
    case 'heading':
      return (
        <p key={key}>
          <strong>{inlineViews(block.children, reader)}</strong>
        </p>
      )
    case 'code':
      return <CodeBlock key={key} text={block.text} />
    case 'quote':
      return (
        <blockquote key={key} dir="auto">
          {block.children.map((child, index) => blockView(child, index, reader))}
        </blockquote>
      )
    case 'bullets':
      return (
        <ul key={key} dir="auto">
          {itemViews(block.items, reader)}
        </ul>
      )
    case 'numbers':
      return (
        <ol key={key} dir="auto" data-mark={block.mark} data-digits={digits(block.items)}>
          {itemViews(block.items, reader)}
        </ol>
      )
  }
}

function itemViews(items: readonly ListItem[], reader: Reader): ReactNode {
  return items.map(({ number, children }, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: a text is read anew as a whole
    <li key={index} {...(number === null ? {} : { value: number })}>
      {children.map((child, position) => blockView(child, position, reader))}
    </li>
  ))
}

/** How much room the longest number needs. */
function digits(items: readonly ListItem[]): number {
  return Math.max(1, ...items.map(({ number }) => String(number ?? '').length))
}

function inlineViews(inlines: readonly Inline[], reader: Reader): ReactNode {
  return inlines.map((inline, index) => inlineView(inline, index, reader))
}

function inlineView(inline: Inline, key: number, reader: Reader): ReactNode {
  switch (inline.kind) {
    case 'text':
      return inline.text
    case 'code':
      return <code key={key}>{inline.text}</code>
    case 'address':
      return (
        <Link key={key} href={inline.href} dir="ltr">
          {inline.text}
        </Link>
      )
    case 'link':
      return (
        <Link key={key} href={inline.href} dir="auto">
          {inlineViews(inline.children, reader)}
        </Link>
      )
    case 'mention': {
      const now = reader.nameNow(inline.id)
      const renamed = now !== undefined && `@${now}` !== inline.text ? now : undefined
      return (
        <bdi key={key} className="mention" data-self={inline.id === reader.self || undefined} title={renamed}>
          {inline.text}
        </bdi>
      )
    }
    case 'strong':
      return <strong key={key}>{inlineViews(inline.children, reader)}</strong>
    case 'emphasis':
      return <em key={key}>{inlineViews(inline.children, reader)}</em>
    case 'strike':
      return <del key={key}>{inlineViews(inline.children, reader)}</del>
  }
}

/** Where a label hides the address, pointing at it shows it. */
function Link({ href, dir, children }: { href: string; dir: 'auto' | 'ltr'; children: ReactNode }) {
  const title = dir === 'auto' ? href : undefined
  return (
    <a href={href} target="_blank" rel="noopener noreferrer nofollow ugc" dir={dir} title={title}>
      {children}
      <span className="hidden"> ({words.newTab})</span>
    </a>
  )
}
