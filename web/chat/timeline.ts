/** How a log reads: days, and within them groups of messages that one author wrote in one go. */

import type { Entry } from './log.ts'
import type { Author } from './message.ts'

/** Messages of one author, each within this time of the one before, stand under one header. */
const groupMs = 5 * 60_000

export interface Group<E extends Entry = Entry> {
  /** The id of its first message. */
  readonly key: string
  readonly author: Author
  readonly entries: readonly E[]
}

export interface Day<E extends Entry = Entry> {
  /** What `dayOf` called it. */
  readonly key: string
  readonly at: number
  readonly groups: readonly Group<E>[]
}

/** Cuts entries, already in order, into days and groups. `dayOf` names the reader's local day of a time. */
export function timeline<E extends Entry>(entries: readonly E[], dayOf: (at: number) => string): readonly Day<E>[] {
  const days: { key: string; at: number; groups: { key: string; author: Author; entries: E[] }[] }[] = []
  let previous: E | null = null
  for (const entry of entries) {
    const { message } = entry
    const key = dayOf(message.at)
    let day = days.at(-1)
    if (day === undefined || day.key !== key) {
      day = { key, at: message.at, groups: [] }
      days.push(day)
    }
    const group = day.groups.at(-1)
    if (group !== undefined && previous !== null && belongsTogether(previous, entry)) group.entries.push(entry)
    else day.groups.push({ key: message.id, author: message.author, entries: [entry] })
    previous = entry
  }
  return days
}

/** A local calendar day as `YYYY-MM-DD`. */
export function localDay(at: number): string {
  const date = new Date(at)
  const pad = (part: number) => String(part).padStart(2, '0')
  return `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`
}

/** Whether b, which follows a, stands under the same header. */
export function belongsTogether({ message: a }: Entry, { message: b }: Entry): boolean {
  return a.author.id === b.author.id && a.author.name === b.author.name && b.at - a.at <= groupMs
}
