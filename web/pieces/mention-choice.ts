/** Whom somebody means who is just writing an `@`, and whom they meant when they send. */

import { type Mention, mentionsName } from './text-marks.ts'

export interface MentionQuery {
  /** Where the `@` is. */
  readonly from: number
  readonly typed: string
}

const maxTyped = 40
export const maxOffered = 6

/** What stands between an `@` and the caret; null where that is no name, as in an address of mail. */
export function mentionQuery(text: string, caret: number): MentionQuery | null {
  const line = text.slice(Math.max(0, caret - maxTyped), caret)
  const at = line.lastIndexOf('@')
  if (at === -1) return null
  const typed = line.slice(at + 1)
  if (/[\n\t]|^ | {2}/.test(typed) || /[A-Za-z0-9_.]/.test(line.charAt(at - 1))) return null
  return { from: caret - typed.length - 1, typed }
}

/** Those whose name has the letters in it, whose name or one of its words begins with them first. */
export function offered(members: readonly Mention[], typed: string, self: string): readonly Mention[] {
  const wanted = fold(typed)
  const ranked = members.flatMap(member => {
    const name = fold(member.name)
    if (name === '' || member.id === self || !name.includes(wanted)) return []
    const rank = name.startsWith(wanted) ? 0 : name.split(/[\s_.-]+/).some(word => word.startsWith(wanted)) ? 1 : 2
    return [{ member, rank }]
  })
  return ranked
    .sort((a, b) => a.rank - b.rank)
    .slice(0, maxOffered)
    .map(({ member }) => member)
}

/**
 * Who is mentioned in the text: those who were chosen and are still in it, and who is named by hand or in a kept draft
 * where only one has the name.
 */
export function meantIn(text: string, chosen: readonly Mention[], members: readonly Mention[]): readonly Mention[] {
  const byName = new Map<string, Mention>()
  if (!text.includes('@')) return []
  const names = new Map<string, number>()
  for (const { name } of members) names.set(name, (names.get(name) ?? 0) + 1)
  const candidates = [...chosen, ...members.filter(({ name }) => names.get(name) === 1)]
  for (const { id, name } of candidates) {
    if (name !== '' && !byName.has(name) && text.includes(`@${name}`)) byName.set(name, { id, name })
  }
  const found = [...byName.values()]
  return found.filter(({ name }) => mentionsName(text, name, found))
}

/** Without case and accents, so that `jose` finds José. */
function fold(name: string): string {
  return name.normalize('NFKD').replace(/\p{M}/gu, '').toLocaleLowerCase()
}
