import type { DetailedError, Upload as TusUpload, UploadOptions } from 'tus-js-client'
import { FileProblem, problemOf } from './problem.ts'

export interface SendingParts {
  blob: Blob
  /** Of the upload on the server; null begins one. */
  id: string | null
  /** The address of `/files`. */
  endpoint: string
  token: () => string | null
  metadata: { room: string; filename: string; filetype: string }
  transport: UploadTransport
  /** The server knows of the upload from now on. */
  begun(id: string): void
  /** So many bytes are on the way or there. */
  progress(sent: number): void
}

/** How bytes are read and sent; in a browser the library's own ways. */
export type UploadTransport = Pick<UploadOptions, 'httpStack' | 'fileReader'>

/** So much at a time: proxies between browser and server bound what they take, and what is sent is seen to arrive. */
const CHUNK_BYTES = 4 * 1024 * 1024

/** One attempt at sending what is left of a file. Resolves with its id on the server; rejects with `FileProblem`. */
export async function send(parts: SendingParts, signal: AbortSignal): Promise<string> {
  // Loaded with the first file: most people who read attach nothing.
  const { Upload } = await import('tus-js-client')
  const { blob, id, endpoint, token, metadata, transport } = parts
  let lastToken: string | null = null
  const sending = new Promise<string>((resolve, reject) => {
    const upload: TusUpload = new Upload(blob, {
      ...transport,
      // With both it would begin anew whenever it cannot go on, after any error of a proxy.
      ...(id === null ? { endpoint } : { uploadUrl: `${endpoint}/${id}` }),
      metadata,
      chunkSize: CHUNK_BYTES,
      // Whoever calls decides, by the clock of the page.
      retryDelays: null,
      storeFingerprintForResuming: false,
      onBeforeRequest: request => {
        lastToken = token()
        if (lastToken !== null) request.setHeader('Authorization', `Bearer ${lastToken}`)
      },
      onUploadUrlAvailable: () => parts.begun(idOf(upload)),
      onProgress: sent => parts.progress(sent),
      onError: error => reject(problemOfError(error)),
      onSuccess: () => resolve(idOf(upload)),
    })
    signal.addEventListener('abort', () => {
      void upload.abort()
      reject(new FileProblem('offline', 'The upload was interrupted.'))
    })
    if (!signal.aborted) upload.start()
  })
  try {
    return await sending
  } catch (error) {
    // It has ended while it was used, and there is a new one by now.
    const isStale = error instanceof FileProblem && error.code === 'denied' && lastToken !== token()
    throw isStale ? new FileProblem('unavailable', error.message) : error
  }
}

/** Ends an upload, or removes a file, on the server. Rejects with `FileProblem`. */
export async function remove(id: string, { endpoint, token }: Pick<SendingParts, 'endpoint' | 'token'>): Promise<void> {
  const shown = token()
  const headers: Record<string, string> = shown === null ? {} : { Authorization: `Bearer ${shown}` }
  const asked = fetch(`${endpoint}/${id}`, { method: 'DELETE', headers: { ...headers, 'Tus-Resumable': '1.0.0' } })
  const response = await asked.catch(error => {
    throw new FileProblem('offline', String(error))
  })
  if (!response.ok) throw problemOf(response.status, await response.text())
}

function idOf(upload: TusUpload): string {
  return upload.url?.split('/').at(-1) ?? ''
}

function problemOfError(error: Error | DetailedError): FileProblem {
  if (!('originalRequest' in error)) return new FileProblem('unreadable', error.message)
  const response = error.originalResponse
  return response === null
    ? new FileProblem('offline', error.message)
    : problemOf(response.getStatus(), response.getBody())
}
