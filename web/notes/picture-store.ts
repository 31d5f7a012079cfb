import type { Pictures } from '../src/document-view.ts'

/** The pictures that an open note shows, each loaded once and kept as an address of this page until the note is closed. */
export class PictureStore {
  readonly #pictures: Pictures | null
  readonly #urls = new Map<string, Promise<string>>()
  #isClosed = false

  constructor(pictures: Pictures | null) {
    this.#pictures = pictures
  }

  /** Whether there is anywhere to load pictures from. */
  get isThere(): boolean {
    return this.#pictures !== null
  }

  /** Resolves with an address that an `img` can show. After a failure, the next call tries anew. */
  url(file: string): Promise<string> {
    const known = this.#urls.get(file)
    if (known !== undefined) return known
    const url = this.#load(file)
    this.#urls.set(file, url)
    url.catch(() => this.#urls.delete(file))
    return url
  }

  /** Shows a picture that was just added, without loading it back. */
  remember(file: string, blob: Blob): void {
    if (!this.#isClosed && !this.#urls.has(file)) this.#urls.set(file, Promise.resolve(URL.createObjectURL(blob)))
  }

  close(): void {
    this.#isClosed = true
    for (const url of this.#urls.values()) void url.then(URL.revokeObjectURL, () => undefined)
    this.#urls.clear()
  }

  async #load(file: string): Promise<string> {
    if (this.#pictures === null) throw new Error('There is nowhere to load pictures from.')
    const blob = await this.#pictures.load(file)
    if (this.#isClosed) throw new Error('The note is closed.')
    return URL.createObjectURL(blob)
  }
}
