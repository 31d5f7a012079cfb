/** What stands out in a text whatever its Markdown: addresses and the people it mentions. */

import { segments } from '../chat/links.ts'

export interface Mention {
  readonly id: string
  readonly name: string
}

export type TextMark =
  | { readonly kind: 'link'; readonly from: number; readonly to: number; readonly href: string }
  | { readonly kind: 'mention'; readonly from: number; readonly to: number; readonly id: string }

/** More people than this are not looked for in one text. */
const maxMentions = 64

const wordCharacter = /[\p{L}\p{N}_]/u
/** Scripts that put no space between words: a name ends where the next word begins, and only the list knows where. */
const unspaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}]/u

/** In the order of the text, none within another. */
export function textMarks(text: string, mentions: readonly Mention[]): readonly TextMark[] {
  const links = linksIn(text)
  const people = mentionsIn(text, mentions)
  if (people.length === 0) return links
  const outside = people.filter(mention => !links.some(link => mention.from < link.to && link.from < mention.to))
  return [...links, ...outside].sort((a, b) => a.from - b.from)
}

/** Whether the text mentions the name, and not only a longer one among those that begins with it. */
export function mentionsName(text: string, name: string, names: readonly Mention[]): boolean {
  return mentionsIn(text, names).some(({ from, to }) => text.slice(from + 1, to) === name)
}

/** Where `](` ends a label an address begins of its own, or two links side by side would be read as one address. */
function linksIn(text: string): TextMark[] {
  const marks: TextMark[] = []
  let at = 0
  for (const part of text.split(/(\]\()/)) {
    for (const segment of segments(part)) {
      if (segment.kind === 'link')
        marks.push({ kind: 'link', from: at, to: at + segment.text.length, href: segment.href })
      at += segment.text.length
    }
  }
  return marks
}

function mentionsIn(text: string, mentions: readonly Mention[]): TextMark[] {
  const marks: TextMark[] = []
  if (mentions.length === 0) return marks
  const named = mentions
    .filter(({ name }) => name !== '')
    .slice(0, maxMentions)
    .sort((a, b) => b.name.length - a.name.length)
  for (let at = text.indexOf('@'); at !== -1; at = text.indexOf('@', at + 1)) {
    if (isWord(characterBefore(text, at))) continue
    const found = named.find(({ name }) => text.startsWith(name, at + 1) && endsThere(text, at + 1 + name.length))
    if (found === undefined) continue
    const to = at + 1 + found.name.length
    marks.push({ kind: 'mention', from: at, to, id: found.id })
    at = to - 1
  }
  return marks
}

function endsThere(text: string, end: number): boolean {
  const last = characterBefore(text, end)
  const next = characterAt(text, end)
  return !isWord(last) || !isWord(next) || unspaced.test(last) || unspaced.test(next)
}

/** An `@` right after a Latin letter is an address of mail; after a Chinese one it begins a mention. */
function isWord(character: string): boolean {
  return wordCharacter.test(character) && !unspaced.test(character)
}

function characterAt(text: string, at: number): string {
  const code = text.codePointAt(at)
  return code === undefined ? '' : String.fromCodePoint(code)
}

export function characterBefore(text: string, at: number): string {
  const unit = text.charAt(at - 1)
  return /[\udc00-\udfff]/.test(unit) && at > 1 ? text.slice(at - 2, at) : unit
}
