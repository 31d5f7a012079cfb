import { type Block, type Inline, markdownTree } from './markdown-tree.ts'

/** The text on one line and without its marks, as where it is only quoted. */
export function plainText(text: string, maxLength = 300): string {
  return markdownTree(text.slice(0, maxLength * 4))
    .map(blockText)
    .join(' ')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, maxLength)
}

function blockText(block: Block): string {
  switch (block.kind) {
    case 'code':
      return block.text
    case 'quote':
      return block.children.map(blockText).join(' ')
    case 'bullets':
    case 'numbers':
      return block.items.flatMap(({ children }) => children.map(blockText)).join(', ')
    default:
      return inlineText(block.children)
  }
}

function inlineText(inlines: readonly Inline[]): string {
  return inlines.map(inline => ('text' in inline ? inline.text : inlineText(inline.children))).join('')
}
