import type { Attachment } from '../chat/attachment.ts'
import type { PendingAttachment } from '../pieces/composer.tsx'
import type { Pictures } from './document-view.ts'

export interface Attaching {
  readonly shown: readonly PendingAttachment[]
  readonly ready: readonly Attachment[]
  readonly add: ((files: readonly File[]) => void) | null
  remove(key: string): void
  retry(key: string): void
  sent(): void
}

export function useAttachments(_channel: string): Attaching {
  return { shown: [], ready: [], add: null, remove() {}, retry() {}, sent() {} }
}

export function loadFile(_id: string): Promise<Blob> {
  return Promise.reject(new Error('none'))
}

export function picturesOf(_room: string): Pictures | null {
  return null
}
