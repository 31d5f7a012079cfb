/** Changes to what is written in a field that its own undo takes back. */

/** Puts the text in place of what is between the two, and the caret after it. */
export function replaceText(field: HTMLTextAreaElement, from: number, to: number, text: string): void {
  field.focus()
  field.setSelectionRange(from, to)
  const command = text === '' ? 'delete' : 'insertText'
  // Old and warned against, and the only way that keeps the undo of the field.
  if (typeof document.execCommand === 'function' && document.execCommand(command, false, text)) return
  const value = field.value.slice(0, from) + text + field.value.slice(to)
  // Past React's own setter, which would take it for a change that React made.
  Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, 'value')?.set?.call(field, value)
  field.setSelectionRange(from + text.length, from + text.length)
  field.dispatchEvent(new Event('input', { bubbles: true }))
}

/** Puts the mark around what is selected, or takes it away where it stands already. The same stays selected. */
export function toggleMark(field: HTMLTextAreaElement, mark: string): void {
  const { selectionStart: start, selectionEnd: end, value } = field
  const before = value.slice(0, start)
  const after = value.slice(end)
  const selected = value.slice(start, end)
  const width = mark.length
  if (isMarked(before, after, mark)) {
    replaceText(field, start - width, end + width, selected)
    field.setSelectionRange(start - width, end - width)
  } else {
    replaceText(field, start, end, mark + selected + mark)
    field.setSelectionRange(start + width, end + width)
  }
}

/** One star is the mark of italic, two are that of bold, and three of both. */
function isMarked(before: string, after: string, mark: string): boolean {
  const stars = Math.min(starsAt(/\**$/, before), starsAt(/^\**/, after))
  return mark.length === 1 ? stars % 2 === 1 : stars >= 2
}

function starsAt(pattern: RegExp, text: string): number {
  return pattern.exec(text)?.[0].length ?? 0
}
