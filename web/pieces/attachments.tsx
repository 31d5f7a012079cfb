import { useEffect, useRef, useState } from 'react'
import { Problem } from '../src/icons.tsx'
import { fileSize } from './file-size.ts'
import { Again, Download, Sheet } from './icons.tsx'
import { PictureView } from './picture-view.tsx'
import type { Load } from './use-blob.ts'
import { words } from './words.ts'

export interface Attachment {
  readonly id: string
  readonly name: string
  /** As the sender's browser said: good for choosing how to show it, and for nothing else. */
  readonly type: string
  /** In bytes. */
  readonly size: number
  /** Of a picture, in pixels. */
  readonly width: number | null
  readonly height: number | null
}

interface AttachmentsViewProps {
  attachments: readonly Attachment[]
  /** The file itself, or an error when it is not here and cannot be had. The same function each time. */
  load: Load
}

/** What every browser shows. An SVG is a program's text more than a picture: it is for downloading. */
const pictures = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/avif'])

/** What hangs on a message: pictures to look at, and files. */
export function AttachmentsView({ attachments, load }: AttachmentsViewProps) {
  const shown = attachments.filter(({ type }) => pictures.has(type))
  const files = attachments.filter(({ type }) => !pictures.has(type))
  if (attachments.length === 0) return null
  return (
    <div className="attachments">
      {shown.length > 0 && (
        <ul className="pictures">
          {shown.map(attachment => (
            <li key={attachment.id}>
              <PictureView attachment={attachment} load={load} />
            </li>
          ))}
        </ul>
      )}
      {files.length > 0 && (
        <ul className="files">
          {files.map(attachment => (
            <FileRow key={attachment.id} attachment={attachment} load={load} />
          ))}
        </ul>
      )}
    </div>
  )
}

function FileRow({ attachment, load }: { attachment: Attachment; load: Load }) {
  const { name, size } = attachment
  const { state, download } = useDownload(attachment, load)
  const hasFailed = state === 'failed'
  const label = hasFailed ? words.attachments.retryFor(name) : words.attachments.download(name)
  return (
    <li className="file">
      {hasFailed ? <Problem /> : <Sheet />}
      <span className="file-text">
        <bdi className="file-name" title={name}>
          {name}
        </bdi>
        <span className="file-size" role="status">
          {hasFailed ? words.attachments.missing : fileSize(size)}
        </span>
      </span>
      <button
        type="button"
        className="button-icon"
        aria-label={label}
        title={hasFailed ? words.attachments.retry : label}
        aria-disabled={state === 'loading'}
        onClick={download}
      >
        {hasFailed ? <Again /> : <Download />}
      </button>
    </li>
  )
}

/** Saves the file under its name, where the browser saves what is downloaded. */
export function useDownload({ id, name }: Attachment, load: Load) {
  const [state, setState] = useState<'idle' | 'loading' | 'failed'>('idle')
  const url = useRef<string | null>(null)
  const release = () => {
    if (url.current !== null) URL.revokeObjectURL(url.current)
    url.current = null
  }
  // The browser reads the address for as long as it saves, so it is kept until the next one, or the end.
  useEffect(() => release, [])
  const download = async () => {
    if (state === 'loading') return
    setState('loading')
    try {
      const blob = await load(id)
      release()
      // Whatever it says it is, it is never opened here as a page.
      url.current = URL.createObjectURL(new Blob([blob], { type: 'application/octet-stream' }))
      const link = document.createElement('a')
      link.href = url.current
      link.download = name
      link.click()
      setState('idle')
    } catch {
      setState('failed')
    }
  }
  return { state, download: () => void download() }
}
