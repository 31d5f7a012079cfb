import { InputRule, Mark, markPasteRule } from '@tiptap/core'
import { Plugin } from '@tiptap/pm/state'
import { safeHref, segments } from '../chat/links.ts'
import { words } from './words.ts'

declare module '@tiptap/core' {
  interface Commands<ReturnType> {
    noteLink: {
      /** Links what is selected, or the whole link the cursor is in; false when the address is not safe to open. */
      linkTo(href: string): ReturnType
      unlink(): ReturnType
    }
  }
}

/** What somebody types for an address: without a scheme it is a page or, with an at sign, somebody's mail. */
export function typedHref(typed: string): string | null {
  const text = typed.trim()
  if (text === '' || /\s/.test(text)) return null
  const known = safeHref(text)
  if (known !== null) return known
  if (/^[a-z][a-z0-9+.-]*:(?!\d)/i.test(text)) return null
  if (/^[^@/]+@[^@/]+\.[^@/]+$/.test(text)) return safeHref(`mailto:${text}`)
  return /^[^/]+\.[^/]+/.test(text) ? safeHref(`https://${text}`) : null
}

/** The address that a text is as a whole, or null. */
function onlyHref(text: string): string | null {
  const [first, second] = segments(text.trim())
  return first?.kind === 'link' && second === undefined ? first.href : null
}

/**
 * A link, of which the document keeps the address only: no target, no class. An address in the document that is not
 * safe to open stays there, and is shown as text. Tiptap's own link looks for addresses in whatever changes, also when
 * somebody else wrote it: each visitor would write to a note by opening it. Here only what is typed or pasted counts.
 */
export const LinkMark = Mark.create({
  name: 'link',
  priority: 1000,
  keepOnSplit: false,
  inclusive: false,

  addAttributes() {
    return { href: { default: null } }
  },

  parseHTML() {
    const getAttrs = (element: HTMLElement) => {
      const href = safeHref(element.getAttribute('href') ?? '')
      return href === null ? false : { href }
    }
    return [{ tag: 'a[href]', getAttrs }]
  },

  renderHTML({ mark }) {
    const stored: unknown = mark.attrs.href
    const href = typeof stored === 'string' ? safeHref(stored) : null
    if (href === null) return ['span', 0]
    return ['a', { href, target: '_blank', rel: 'noopener noreferrer nofollow', title: words.link.title(href) }, 0]
  },

  addCommands() {
    return {
      linkTo:
        href =>
        ({ chain }) => {
          const safe = safeHref(href)
          if (safe === null) return false
          return chain().extendMarkRange('link').setMark('link', { href: safe }).run()
        },
      unlink:
        () =>
        ({ chain }) =>
          chain().unsetMark('link', { extendEmptyMarkRange: true }).run(),
    }
  },

  addInputRules() {
    const { type } = this
    return [
      // An address and the space after it.
      new InputRule({
        find: /(?:^|\s)((?:https?:\/\/|mailto:)\S+)[ \u00a0\u3000]$/i,
        handler: ({ state, range, match }) => {
          const typed = match[1] ?? ''
          const [found] = segments(typed)
          if (found?.kind !== 'link') return null
          const from = range.from + match[0].indexOf(typed)
          const to = from + found.text.length
          if (state.doc.rangeHasMark(from, to, type)) return null
          state.tr.addMark(from, to, type.create({ href: found.href })).removeStoredMark(type)
          return undefined
        },
      }),
    ]
  },

  addPasteRules() {
    return [
      markPasteRule({
        find: text => {
          let at = 0
          return segments(text).flatMap(piece => {
            const index = at
            at += piece.text.length
            return piece.kind === 'link' ? [{ index, text: piece.text, data: { href: piece.href } }] : []
          })
        },
        type: this.type,
        getAttributes: match => ({ href: match.data?.href ?? null }),
      }),
    ]
  },

  addProseMirrorPlugins() {
    const { editor, type } = this
    return [
      new Plugin({
        props: {
          // An address pasted over a selection links it.
          handlePaste: (view, event) => {
            const href = onlyHref(event.clipboardData?.getData('text/plain') ?? '')
            const { from, to, empty, $from, $to } = view.state.selection
            if (href === null || empty || !$from.sameParent($to) || !$from.parent.type.allowsMarkType(type))
              return false
            view.dispatch(view.state.tr.addMark(from, to, type.create({ href })).setMeta('paste', true))
            return true
          },
          // Where one can write, a click sets the cursor; where one cannot, the browser follows the link.
          handleClick: (_, __, event) => {
            if (!editor.isEditable || !(event.metaKey || event.ctrlKey) || !(event.target instanceof Element))
              return false
            const link = event.target.closest('a[href]')
            const href = link === null ? null : safeHref(link.getAttribute('href') ?? '')
            if (href === null) return false
            window.open(href, '_blank', 'noopener,noreferrer')
            return true
          },
        },
      }),
    ]
  },
})
