/** A room on the list of a search. */
export interface Listed {
  name: string
  /** Bytes of updates on disk. */
  bytes: number
  /** How many rooms of its series are newer: of `chat/harbour/12`, `…/11` and `…/2`, that is 0, 1 and 2. */
  rank: number
}

/**
 * Rooms in the order in which they are searched. Names that differ in the number at their end are a series, such as the
 * pages of a channel, and a higher number is newer. The newest of every series come first, then the second newest.
 */
export function inPageOrder(rooms: readonly { name: string; bytes: number }[]): Listed[] {
  const pages = rooms.map(room => ({ ...room, ...pageOf(room.name) }))
  pages.sort((a, b) => byText(a.series, b.series) || byNumber(b.number, a.number) || byText(a.name, b.name))
  const ranks = new Map<string, number>()
  const listed = pages.map(({ name, bytes, series }) => {
    const rank = ranks.get(series) ?? 0
    ranks.set(series, rank + 1)
    return { name, bytes, rank }
  })
  return listed.sort(comparePages)
}

export function comparePages(a: Pick<Listed, 'rank' | 'name'>, b: Pick<Listed, 'rank' | 'name'>): number {
  return a.rank - b.rank || byText(a.name, b.name)
}

/** Digits are compared as text: there may be more of them than a number holds. */
function pageOf(name: string): { series: string; number: string } {
  const number = /\d+$/.exec(name)?.[0] ?? ''
  return { series: name.slice(0, name.length - number.length), number: number.replace(/^0+(?=\d)/, '') }
}

function byNumber(a: string, b: string): number {
  return a.length - b.length || byText(a, b)
}

function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
