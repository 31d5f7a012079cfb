import { Problem } from '../src/icons.tsx'
import { fileSize } from './file-size.ts'
import { Again, Download, Sheet } from './icons.tsx'
import { PictureView } from './picture-view.tsx'
import type { Load } from './use-blob.ts'
import { useDownload } from './use-download.ts'
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
