/** Times as the reader writes them. */

import { localDay } from '../chat/timeline.ts'
import { locale } from '../words/language.ts'
import { lazily } from '../words/lazily.ts'
import { words } from '../words/words.ts'

const clock = lazily(() => new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit' }))
const full = lazily(() => new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeStyle: 'short' }))
const day = lazily(() => new Intl.DateTimeFormat(locale, { weekday: 'long', day: 'numeric', month: 'long' }))
const dayOfYear = lazily(() => new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'long', year: 'numeric' }))
const short = lazily(() => new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' }))
const dayMs = 24 * 60 * 60_000

export const clockTime = (at: number): string => clock().format(at)
export const fullTime = (at: number): string => full().format(at)
export const dayAndTime = (at: number): string => short().format(at)

/** Today, yesterday, or the date. */
export function dayName(at: number, now: number): string {
  const key = localDay(at)
  if (key === localDay(now)) return words.log.today
  if (key === localDay(now - dayMs)) return words.log.yesterday
  return new Date(at).getFullYear() === new Date(now).getFullYear() ? day().format(at) : dayOfYear().format(at)
}
