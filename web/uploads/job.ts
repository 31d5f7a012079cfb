import type { Clock, Timer } from '../../client/index.ts'
import { Cell, type Readable } from '../chat/cell.ts'
import type { Attachment } from './attachment.ts'
import { keepFile } from './files.ts'
import { imageSize } from './image-size.ts'
import type { KeptUpload, UploadStorage } from './kept-uploads.ts'
import { FileProblem } from './problem.ts'
import { remove, send, type UploadTransport } from './sending.ts'
import type { Upload, UploadState } from './upload.ts'

export interface JobParts {
  token: () => string | null
  clock: Clock
  server: string | undefined
  keeper: string | null | undefined
  endpoint: string
  transport: UploadTransport
  storage: UploadStorage | null
  /** Whether so many more bytes may be kept. */
  mayKeep(size: number): boolean
  /** Whether it is this one's turn. */
  mayRun(): boolean
  /** It does not send any more: another may. */
  ended(): void
  /** It is on no list any more. */
  gone(): void
}

/** After a failure, doubled every time up to the second. */
const RETRY_MS = { first: 1_000, longest: 30_000 }

/** What a job does: it waits for its turn, sends, rests after a failure, or there is nothing to do for now, or ever. */
type Doing =
  | { kind: 'queued' }
  | { kind: 'running'; attempt: AbortController }
  | { kind: 'resting'; timer: Timer }
  | { kind: 'settled' }
  | { kind: 'over' }

/** One file on its way, until it is taken or cancelled. */
export class Job implements Upload {
  readonly #parts: JobParts
  readonly #state: Cell<UploadState>
  #kept: KeptUpload
  /** Null when they are not needed, or not there. */
  #bytes: Blob | null
  #doing: Doing = { kind: 'settled' }
  /** Whether its bytes are kept, or about to be. */
  #keeps: boolean
  #failures = 0
  #letGo: () => void = () => undefined
  /** What is written of it is written in order. */
  #writing: Promise<unknown> = Promise.resolve()

  constructor(kept: KeptUpload, bytes: Blob | null, isKept: boolean, parts: JobParts) {
    this.#kept = kept
    this.#bytes = bytes
    this.#parts = parts
    this.#keeps = isKept
    this.#state = new Cell<UploadState>({ kind: 'waiting', sent: 0, isKept })
  }

  get key(): string {
    return this.#kept.key
  }

  get room(): string {
    return this.#kept.room
  }

  get name(): string {
    return this.#kept.name
  }

  get type(): string {
    return this.#kept.type
  }

  get size(): number {
    return this.#kept.size
  }

  get state(): Readable<UploadState> {
    return this.#state
  }

  get isRunning(): boolean {
    return this.#doing.kind === 'running'
  }

  get keptBytes(): number {
    return this.#bytes !== null && this.#keeps ? this.size : 0
  }

  /** This tab is the one that sends it; `letGo` lets others. */
  begin(letGo: () => void): void {
    if (this.#doing.kind === 'over') {
      letGo()
      return
    }
    this.#letGo = letGo
    const { attachment } = this.#kept
    if (attachment !== null) {
      this.#become({ kind: 'done', sent: this.size, attachment })
      return
    }
    if (this.#bytes === null) {
      this.#become({ kind: 'refused', code: 'unreadable' })
      return
    }
    if (!this.#state.get().isKept) this.#keep(this.#bytes)
    this.#doing = { kind: 'queued' }
    this.run()
  }

  /** Sends, if it waits for its turn and that has come. */
  run(): void {
    if (this.#doing.kind !== 'queued' || this.#bytes === null || !this.#parts.mayRun()) return
    const attempt = new AbortController()
    this.#doing = { kind: 'running', attempt }
    this.#become({ kind: 'sending' })
    void this.#attempt(this.#bytes, attempt)
  }

  /** The network may be back. */
  hurry(): void {
    if (this.#doing.kind !== 'resting') return
    this.#doing.timer.cancel()
    this.#doing = { kind: 'queued' }
    this.run()
  }

  retry(): void {
    if (this.#state.get().kind === 'refused' && this.#doing.kind === 'settled' && this.#bytes !== null) {
      this.#failures = 0
      this.#doing = { kind: 'queued' }
      this.#become({ kind: 'waiting' })
      this.run()
    }
    this.hurry()
  }

  cancel(): void {
    if (this.#doing.kind === 'over') return
    const { id } = this.#kept
    this.forget()
    // If that fails, the server forgets what is not finished by itself; what is finished, nobody has a name for.
    if (id !== null) void remove(id, this.#parts).catch(() => undefined)
  }

  /** It is needed no more, and goes from the list. */
  forget(): void {
    if (this.#doing.kind === 'over') return
    this.#end()
    this.#write(storage => storage.remove(this.key))
    void this.#writing.then(() => this.#letGo())
    this.#parts.gone()
  }

  /** The page goes; what is kept stays. */
  stop(): void {
    if (this.#doing.kind === 'over') return
    this.#end()
    this.#letGo()
  }

  #end(): void {
    const doing = this.#doing
    this.#doing = { kind: 'over' }
    if (doing.kind === 'resting') doing.timer.cancel()
    if (doing.kind === 'running') doing.attempt.abort()
    this.#parts.ended()
  }

  async #attempt(blob: Blob, attempt: AbortController): Promise<void> {
    const { token, endpoint, transport } = this.#parts
    const { room, name: filename, type: filetype } = this.#kept
    const isCurrent = () => this.#doing.kind === 'running' && this.#doing.attempt === attempt
    const parts = {
      blob,
      id: this.#kept.id,
      endpoint,
      token,
      metadata: { room, filename, filetype },
      transport,
      begun: (id: string) => {
        if (isCurrent() && id !== this.#kept.id) this.#change({ id })
      },
      progress: (sent: number) => {
        if (!isCurrent()) return
        // Somebody answers: whatever fails next is a new failure.
        if (sent > this.#state.get().sent) this.#failures = 0
        this.#become({ kind: 'sending', sent })
      },
    }
    try {
      const [id, picture] = await Promise.all([send(parts, attempt.signal), imageSize(blob)])
      if (isCurrent()) this.#finish(id, blob, picture)
    } catch (error) {
      if (isCurrent()) this.#fail(error instanceof FileProblem ? error : new FileProblem('unreadable', String(error)))
    }
    this.#parts.ended()
  }

  #finish(id: string, blob: Blob, picture: { width: number; height: number } | null): void {
    const { name, type, size } = this.#kept
    const attachment: Attachment = { id, name, type, size, ...picture }
    void keepFile(id, blob, this.#parts)
    this.#bytes = null
    this.#doing = { kind: 'settled' }
    this.#change({ id, attachment })
    this.#become({ kind: 'done', sent: size, attachment })
  }

  #fail(problem: FileProblem): void {
    const { code, message } = problem
    // The server has forgotten it, or somebody else was here when it began: it begins anew.
    const isLost = this.#kept.id !== null && (code === 'no-file' || code === 'not-yours')
    if (isLost) this.#change({ id: null })
    if (!isLost && !problem.passes) {
      this.#doing = { kind: 'settled' }
      this.#become({ kind: 'refused', code, message })
      return
    }
    const delay = Math.min(RETRY_MS.first * 2 ** this.#failures++, RETRY_MS.longest)
    this.#doing = { kind: 'resting', timer: this.#parts.clock.after(delay, () => this.hurry()) }
    this.#become({ kind: 'waiting', code, message, ...(isLost && { sent: 0 }) })
  }

  #keep(blob: Blob): void {
    if (!this.#parts.mayKeep(this.size)) return
    this.#keeps = true
    this.#write(async storage => {
      await storage.add(this.#kept, blob)
      this.#state.set({ ...this.#state.get(), isKept: true })
    })
  }

  #change(change: Partial<Pick<KeptUpload, 'id' | 'attachment'>>): void {
    this.#kept = { ...this.#kept, ...change }
    const kept = this.#kept
    this.#write(async storage => {
      if (this.#state.get().isKept) await storage.change(kept, kept.attachment === null)
    })
  }

  /** What cannot be kept lives as long as the page, and says so. */
  #write(write: (storage: UploadStorage) => Promise<void>): void {
    const { storage } = this.#parts
    if (storage === null) return
    this.#writing = this.#writing
      .then(() => write(storage))
      .catch(() => {
        this.#keeps = false
        this.#state.set({ ...this.#state.get(), isKept: false })
      })
  }

  /** Codes and sentences are those of the new state alone. */
  #become(next: Partial<UploadState> & Pick<UploadState, 'kind'>): void {
    const { sent, isKept } = this.#state.get()
    this.#state.set({ sent, isKept, ...next })
  }
}
