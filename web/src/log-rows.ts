/** A log as the rows of a list: days, the line before what is new, and messages with or without a header. */

import type { Shown } from '../chat/shown.ts'
import { belongsTogether } from '../chat/timeline.ts'

export type Row =
  | { readonly kind: 'day'; readonly key: string; readonly at: number }
  | { readonly kind: 'unread'; readonly key: string }
  | {
      readonly kind: 'message'
      readonly key: string
      readonly shown: Shown
      /** Its author and time stand over it: it does not follow another of the same author closely. */
      readonly isFirst: boolean
    }

/** `firstUnread` is the id of the first message that was not read when the reader came. */
export function rowsOf(log: readonly Shown[], firstUnread: string | null, dayOf: (at: number) => string): Row[] {
  const rows: Row[] = []
  let previous: Shown | null = null
  let day = ''
  for (const shown of log) {
    const { id, at } = shown.message
    const today = dayOf(at)
    const isNewDay = today !== day
    if (isNewDay) rows.push({ kind: 'day', key: `day ${today}`, at })
    day = today
    const isUnreadFrom = id === firstUnread
    if (isUnreadFrom) rows.push({ kind: 'unread', key: 'unread' })
    const isFirst =
      isNewDay ||
      isUnreadFrom ||
      previous === null ||
      !belongsTogether(previous, shown) ||
      shown.message.replyTo !== null
    rows.push({ kind: 'message', key: id, shown, isFirst })
    previous = shown
  }
  return rows
}
