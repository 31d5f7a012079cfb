import type { Dirent } from 'node:fs'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Failure } from './failure.ts'
import type { Found, Source } from './import-source.ts'

/** How `@hocuspocus/extension-s3` ends a document's name, and what it puts before it unless it is told otherwise. */
const ENDING = '.bin'
const DEFAULT_PREFIX = 'hocuspocus-documents'

/** Documents of `@hocuspocus/extension-s3`, copied to a directory: the document `a/b` is the file `a/b.bin`. */
export class DocumentFiles implements Source {
  readonly #directory: string

  private constructor(directory: string) {
    this.#directory = directory
  }

  /** Throws `Failure`. */
  static async open(directory: string): Promise<DocumentFiles> {
    const entries = await readdir(directory)
    // Every document would get the prefix as a part of its name.
    if (entries.length === 1 && entries[0] === DEFAULT_PREFIX) {
      const inside = join(directory, DEFAULT_PREFIX)
      throw new Failure(`The documents are one directory further down. Give that one: ${inside}`)
    }
    return new DocumentFiles(directory)
  }

  documents(): AsyncIterable<Found> {
    return this.#below('')
  }

  async close(): Promise<void> {}

  /** `path` has a slash at its end, or is empty; on every system, because it becomes part of names. */
  async *#below(path: string): AsyncGenerator<Found> {
    const entries = await readdir(join(this.#directory, path), { withFileTypes: true })
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      if (entry.isDirectory()) yield* this.#below(`${path}${entry.name}/`)
      else yield await this.#found(path + entry.name, entry)
    }
  }

  async #found(path: string, entry: Dirent): Promise<Found> {
    const file = join(this.#directory, path)
    const read = () => readFile(file)
    if (!entry.isFile()) return { name: path, bytes: 0, problem: 'not a file', read }
    const { size: bytes } = await stat(file)
    if (!path.endsWith(ENDING)) return { name: path, bytes, problem: `its name does not end in ${ENDING}`, read }
    return { name: path.slice(0, -ENDING.length), bytes, problem: null, read }
  }
}
