const MOST_WORDS = 16

/** What is searched for: every word has to occur, in any order, wherever it stands in a word of the text. */
export class Words {
  readonly #words: readonly string[]

  private constructor(words: readonly string[]) {
    this.#words = words
  }

  /** Null when there is nothing to search for, or more than makes sense. */
  static of(query: string): Words | null {
    const words = [...new Set(folded(query).split(/\s+/u))].filter(word => word !== '')
    return words.length === 0 || words.length > MOST_WORDS ? null : new Words(words)
  }

  /** Whether all of them occur in these texts taken together. */
  occurIn(texts: readonly string[]): boolean {
    if (texts.length === 0) return false
    const text = folded(texts.length === 1 ? texts[0] : texts.join('\n'))
    return this.#words.every(word => text.includes(word))
  }
}

/** Without what people do not mean when they search: case, and forms of writing that Unicode calls compatible. */
function folded(text: string): string {
  return text.normalize('NFKC').toLowerCase()
}
