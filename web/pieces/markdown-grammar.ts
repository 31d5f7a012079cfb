/** The part of Markdown that a chat has a use for. What is not in it is text. */

import { type MarkdownConfig, parser, Strikethrough } from '@lezer/markdown'

/**
 * A line that only follows a quote or a list belongs to neither: under a quote people answer it. CommonMark would draw
 * such a line into the paragraph above.
 */
const noLazyLines: MarkdownConfig = {
  parseBlock: [
    {
      name: 'NoLazyLine',
      endLeaf(context, line) {
        let quotes = 0
        let isInItem = false
        for (let depth = 0; depth < context.depth; depth++) {
          const { name } = context.parentType(depth)
          if (name === 'Blockquote') quotes++
          isInItem = name === 'ListItem'
        }
        const before = line.text.slice(0, line.basePos)
        if (before.split('>').length - 1 < quotes) return true
        return isInItem && !/[\t ]$/.test(before) && !/[\t ]/.test(line.text.charAt(line.basePos))
      },
    },
  ],
}

/**
 * Left out: all that says something else than it shows (references, entities, escapes, HTML), what people write without
 * meaning it (underlined headings, code by indentation). A rule is known so that `* * *` is no list, and stays text.
 */
export const grammar = parser.configure([
  {
    remove: [
      'Autolink',
      'Entity',
      'Escape',
      'HardBreak',
      'HTMLBlock',
      'HTMLTag',
      'IndentedCode',
      'LinkReference',
      'SetextHeading',
    ],
  },
  Strikethrough,
  noLazyLines,
])
