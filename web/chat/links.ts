/** Finds addresses in text. The text itself is never changed, and only addresses that are safe to open become links. */

export type Segment =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'link'; readonly text: string; readonly href: string }

const address = /\b(?:https?:\/\/|mailto:)[^\s<>"'`\u3000-\u303f\uff00-\uffef]+/giu
const safeSchemes = new Set(['http:', 'https:', 'mailto:'])

/** The text in pieces that join to exactly the same text. */
export function segments(text: string): readonly Segment[] {
  const pieces: Segment[] = []
  let end = 0
  for (const match of text.matchAll(address)) {
    const found = withoutTail(match[0])
    const href = safeHref(found)
    if (href === null) continue
    if (match.index > end) pieces.push({ kind: 'text', text: text.slice(end, match.index) })
    pieces.push({ kind: 'link', text: found, href })
    end = match.index + found.length
  }
  if (end < text.length) pieces.push({ kind: 'text', text: text.slice(end) })
  return pieces
}

/** The punctuation after an address belongs to the sentence, and so does a closing bracket it did not open itself. */
function withoutTail(found: string): string {
  let unopened = count(found, /[)\]}]/g) - count(found, /[([{]/g)
  let end = found.length
  for (; end > 0; end--) {
    const last = found.charAt(end - 1)
    if (/[)\]}]/.test(last) && unopened > 0) unopened--
    else if (!/[.,;:!?\u2026*_~]/.test(last)) break
  }
  return found.slice(0, end)
}

function count(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0
}

/** The address in its usual form, or null when it is not safe to open. */
export function safeHref(found: string): string | null {
  if (!URL.canParse(found)) return null
  const url = new URL(found)
  return safeSchemes.has(url.protocol) && (url.host !== '' || url.protocol === 'mailto:') ? url.href : null
}
