/** A plain text field that several people write in at once. */

import type * as Y from 'yjs'
import { maxNoteLength } from './card.ts'
import { applySplice, type Delta, indexAfter, plainText, spliceAfter, spliceBetween } from './splice.ts'

/**
 * Shows a text in a field, writes into the one what is written in the other, and leaves the caret where it is in the text.
 * What others write while an input method composes is shown afterwards: setting the field would end the composition.
 * Returns what ends it.
 */
export function bindNote(field: HTMLTextAreaElement, text: Y.Text): () => void {
  const origin = Symbol('description')
  let shown = ''
  let missed: Delta[] | null = null

  const show = (deltas: readonly Delta[]) => {
    const { selectionStart, selectionEnd, selectionDirection, scrollTop } = field
    shown = plainText(text).slice(0, maxNoteLength)
    if (field.value === shown) return
    field.value = shown
    // Of a field without the focus some browsers would give it the focus.
    if (field.ownerDocument.activeElement !== field) return
    const [start, end] = [deltas.reduce(indexAfter, selectionStart), deltas.reduce(indexAfter, selectionEnd)]
    field.setSelectionRange(start, end, selectionDirection)
    field.scrollTop = scrollTop
  }
  const write = (deltas: readonly Delta[]) => {
    const splice = spliceBetween(shown, field.value, field.selectionEnd)
    shown = field.value
    if (splice === null) return
    text.doc?.transact(() => applySplice(text, spliceAfter(splice, deltas)), origin)
  }
  const written = () => {
    if (missed === null) write([])
  }
  const composing = () => {
    missed ??= []
  }
  const composed = () => {
    const deltas = missed ?? []
    missed = null
    write(deltas)
    if (deltas.length > 0) show(deltas)
  }
  const changed = ({ delta }: Y.YTextEvent, transaction: Y.Transaction) => {
    if (transaction.origin === origin) return
    if (missed === null) show([delta])
    else missed.push(delta)
  }

  show([])
  text.observe(changed)
  field.addEventListener('input', written)
  field.addEventListener('compositionstart', composing)
  field.addEventListener('compositionend', composed)
  return () => {
    text.unobserve(changed)
    field.removeEventListener('input', written)
    field.removeEventListener('compositionstart', composing)
    field.removeEventListener('compositionend', composed)
  }
}
