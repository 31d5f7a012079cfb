import type { Readable } from '../chat/cell.ts'
import type { Attachment } from './attachment.ts'
import type { FileProblemCode } from './problem.ts'

export interface UploadState {
  readonly kind: 'waiting' | 'sending' | 'done' | 'refused'
  /** Bytes that are on the way or on the server. */
  readonly sent: number
  /** Whether it outlives the page. If not, the browser keeps nothing, or has no space for it. */
  readonly isKept: boolean
  /** Why it waits or was refused; none while it waits for its turn. */
  readonly code?: FileProblemCode
  /** The same as a sentence, for whoever looks for the cause. */
  readonly message?: string
  /** Of what is done. */
  readonly attachment?: Attachment
}

/** A file on its way to the server. */
export interface Upload {
  readonly key: string
  readonly room: string
  readonly name: string
  readonly size: number
  readonly type: string
  readonly state: Readable<UploadState>
  /** Takes it from the list, and what of it is on the server away. */
  cancel(): void
  /** Tries again what was refused, or now what waits. */
  retry(): void
}
