const MOST_WORDS = 16
/** How far to both sides of a cut is looked at: further than letters reach that are written with marks. */
const AROUND = 32
/** How many places are tried for a cut. */
const TRIES = 64

/** What is searched for: every word has to occur, in any order, wherever it stands in a word of the text. */
export class Words {
  readonly #words: readonly string[]
  /** How much of a text a word may have begun in. */
  readonly #before: number

  private constructor(words: readonly string[]) {
    this.#words = words
    this.#before = Math.max(...words.map(word => word.length)) - 1
  }

  /** Null when there is nothing to search for, or more than makes sense. */
  static of(query: string): Words | null {
    const words = [...new Set(folded(query).split(/\s+/u))].filter(word => word !== '')
    return words.length === 0 || words.length > MOST_WORDS ? null : new Words(words)
  }

  /** Looks for them anew. */
  begin(): Finding {
    return new Finding(this.#words, this.#before)
  }
}

/**
 * Looks for words in texts taken together. A text may come in parts, so that a long one is never folded in one go: that can
 * take a millisecond for four kilobytes, and makes eighteen letters of one.
 */
export class Finding {
  #missing: readonly string[]
  readonly #before: number
  /** The end of what was looked at, folded: a word may begin there. */
  #seen = ''
  /** What was not looked at yet, as more may come that belongs to it. */
  #rest = ''

  constructor(words: readonly string[], before: number) {
    this.#missing = words
    this.#before = before
  }

  get isComplete(): boolean {
    return this.#missing.length === 0
  }

  /** The next part of a text; `isLast` when nothing more of that text comes. */
  add(part: string, isLast: boolean): void {
    if (this.isComplete) return
    const text = this.#rest + part
    const cut = isLast ? text.length : cutOf(text)
    const seen = this.#seen + folded(text.slice(0, cut))
    if (this.#missing.some(word => seen.includes(word))) {
      this.#missing = this.#missing.filter(word => !seen.includes(word))
    }
    this.#rest = text.slice(cut)
    this.#seen = isLast || this.#before === 0 ? '' : seen.slice(-this.#before)
  }
}

/** Near the end of a text, where both sides are folded alone as they are together. */
function cutOf(text: string): number {
  const last = Math.max(0, text.length - AROUND)
  for (let cut = last; cut > 0 && cut > last - TRIES; cut--) {
    const left = text.slice(Math.max(0, cut - AROUND), cut)
    const right = text.slice(cut, cut + AROUND)
    if (folded(left + right) === folded(left) + folded(right)) return cut
  }
  return last
}

/** Without what people do not mean when they search: case, and forms of writing that Unicode calls compatible. */
function folded(text: string): string {
  return text.normalize('NFKC').toLowerCase()
}
