import { closeSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'

/** LevelDB deletes only files whose names it knows; this is none of them. */
export const COUNTER_FILE = 'y-harbor.commits'

const LINE = /^y-harbor commits (\d{16}) ([0-9a-f]{8})\n$/

/**
 * The number of the last commit, in a file beside the database: one line of fixed size, overwritten in place after the
 * batch with that number is on disk and without an fsync. So it may lag, but it is never ahead of the truth: a database
 * whose own number is smaller has lost its write-ahead log.
 */
export class CommitCounter {
  readonly #file: number
  #last = 0

  private constructor(file: number) {
    this.#file = file
  }

  /** The number last written; `null` when the file is absent, `'damaged'` when it is not one of ours. */
  static read(directory: string): number | 'damaged' | null {
    let text: string
    try {
      text = readFileSync(join(directory, COUNTER_FILE), 'latin1')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
      throw error
    }
    const [, number, crc] = LINE.exec(text) ?? []
    return number !== undefined && crc === checksum(number) ? Number(number) : 'damaged'
  }

  /** Opens for writing and writes `commit`, this once with an fsync so that the file itself is there after a power cut. */
  static open(directory: string, commit: number): CommitCounter {
    const path = join(directory, COUNTER_FILE)
    // Not 'w': that would empty the file, and a crash before the write would leave nothing to compare with.
    const file = CommitCounter.read(directory) === null ? openSync(path, 'w+') : openSync(path, 'r+')
    const counter = new CommitCounter(file)
    try {
      counter.write(commit)
      fsyncSync(file)
    } catch (error) {
      closeSync(file)
      throw error
    }
    return counter
  }

  /** The number last written: everything up to it is on disk. */
  get last(): number {
    return this.#last
  }

  /** Synchronous on purpose: 44 bytes into the page cache, and no acknowledgement can overtake it. */
  write(commit: number): void {
    const number = String(commit).padStart(16, '0')
    const line = Buffer.from(`y-harbor commits ${number} ${checksum(number)}\n`, 'latin1')
    if (writeSync(this.#file, line, 0, line.length, 0) !== line.length) {
      throw new Error(`${COUNTER_FILE} could not be written in full`)
    }
    this.#last = commit
  }

  close(): void {
    closeSync(this.#file)
  }
}

const checksum = (number: string): string => crc32(number).toString(16).padStart(8, '0')
