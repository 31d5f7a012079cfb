import { useEffect, useMemo, useState, useSyncExternalStore } from 'react'
import { systemClock } from '../../client/index.ts'
import { type Attachment, maxAttachments } from '../chat/attachment.ts'
import { Cell, type Readable } from '../chat/cell.ts'
import type { PendingAttachment } from '../pieces/composer.tsx'
import { FileProblem, fetchFile, openUploads, Removals, type Upload, type Uploads } from '../uploads/index.ts'
import { attachmentsOf } from './attachments-of.ts'
import type { Pictures } from './document-view.ts'
import { fileProblem } from './file-words.ts'
import type { KeyValue } from './identity.ts'
import { keeperOfFiles, serverToken } from './server-request.ts'

export interface Attaching {
  /** What hangs on the next message. */
  readonly pending: readonly PendingAttachment[]
  /** Of what is on the server. */
  readonly ready: readonly Attachment[]
  /** Some are still on their way. */
  readonly isBusy: boolean
  /** How many of those that were chosen last were too many for one message. */
  readonly leftOut: number
  add(files: readonly File[]): void
  remove(key: string): void
  retry(key: string): void
  /** A message has what is ready. */
  sent(): void
}

const none: Readable<readonly Upload[]> = new Cell<readonly Upload[]>([])

/** Files that go with the next message to a room: they are sent from when they are chosen on, also across a reload. */
export function useAttachments(uploads: Promise<Uploads>, room: string): Attaching {
  const [open, setOpen] = useState<Uploads | null>(null)
  const [leftOut, setLeftOut] = useState(0)
  useEffect(() => {
    let isHere = true
    void uploads.then(opened => isHere && setOpen(opened))
    return () => {
      isHere = false
    }
  }, [uploads])
  const list = open?.all(room) ?? none
  const all = useSyncExternalStore(list.subscribe, list.get)
  useStates(all)
  const states = statesOf(all)
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is read of the uploads changes with their states
  return useMemo(() => {
    const find = (key: string) => all.find(upload => upload.key === key)
    return {
      pending: all.map(pendingOf),
      ready: attachmentsOf(all),
      leftOut,
      isBusy: all.some(({ state }) => state.get().kind === 'waiting' || state.get().kind === 'sending'),
      add: files => {
        const taken = files.slice(0, Math.max(0, maxAttachments - all.length))
        setLeftOut(files.length - taken.length)
        void uploads.then(open => {
          for (const file of taken) open.add(room, file)
        })
      },
      remove: key => {
        setLeftOut(0)
        find(key)?.cancel()
      },
      retry: key => find(key)?.retry(),
      sent: () => {
        setLeftOut(0)
        open?.take(all.filter(({ state }) => state.get().kind === 'done'))
      },
    }
  }, [open, uploads, room, all, states, leftOut])
}

/** Renders anew whenever one of them says something else. */
function useStates(all: readonly Upload[]): void {
  const subscribe = useMemo(
    () => (listener: () => void) => {
      const stops = all.map(({ state }) => state.subscribe(listener))
      return () => {
        for (const stop of stops) stop()
      }
    },
    [all],
  )
  useSyncExternalStore(subscribe, () => statesOf(all))
}

function statesOf(all: readonly Upload[]): string {
  return all.map(({ state }) => `${state.get().kind} ${state.get().sent} ${state.get().code}`).join('\n')
}

function pendingOf({ key, name, size, state }: Upload): PendingAttachment {
  const { kind, sent, code } = state.get()
  const isSaid = kind === 'refused' || (kind === 'waiting' && code !== undefined)
  return { key, name, size, sent, state: kind, message: isSaid ? fileProblem(code ?? 'other') : null }
}

export function openFiles(): Promise<Uploads> {
  return openUploads({ token: serverToken, clock: systemClock, keeper: keeperOfFiles() })
}

export function removeFiles(storage: KeyValue): Removals {
  return new Removals({ token: serverToken, clock: systemClock, storage, keeper: keeperOfFiles() })
}

/** A file by its id, from this device when it was seen here before. Rejects with a sentence. */
export async function loadFile(id: string): Promise<Blob> {
  try {
    return await fetchFile(id, { token: serverToken, keeper: keeperOfFiles() })
  } catch (error) {
    throw new Error(fileProblem(error instanceof FileProblem ? error.code : 'other'), { cause: error })
  }
}

/** The pictures of a document, which its editor puts in. */
export function picturesOf(uploads: Promise<Uploads>, room: string): Pictures {
  return {
    load: loadFile,
    async add(picture) {
      const open = await uploads
      const upload = open.add(room, picture)
      return await new Promise<string>((resolve, reject) => {
        const stop = upload.state.subscribe(look)
        function look() {
          const { kind, code, attachment } = upload.state.get()
          if (kind === 'done' && attachment !== undefined) {
            stop()
            open.take([upload])
            resolve(attachment.id)
          } else if (kind === 'refused') {
            stop()
            upload.cancel()
            reject(new Error(fileProblem(code ?? 'other')))
          }
        }
        look()
      })
    },
  }
}
